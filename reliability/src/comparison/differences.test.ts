import { describe, expect, it } from '@jest/globals';
import { differences, type Terms } from './differences.ts';
import { type Outcome, streams } from './outcome.ts';

const quiet: Terms = { allowance: 0, orderAllowance: 0, struckErrors: /ECONNRESET/ };
const struck: Terms = { allowance: 10, orderAllowance: 10, struckErrors: /ECONNRESET/ };
const all = [0, 1, 2, 3];

it('finds no difference between equal runs', () => {
  expect(differences([outcome()], [outcome()], quiet)).toEqual([]);
});

describe.each([
  { where: 'where nothing strikes', terms: quiet },
  { where: 'under a strike', terms: struck },
])('$where', ({ terms }) => {
  it('finds a lost message', () => {
    expect(differences([outcome()], [outcome({ delivered: [0, 1, 2] })], terms)).toEqual([
      'Handled fewer messages: 3, bare 4.',
    ]);
  });

  it('finds a message lost in one run of several', () => {
    const traced = [outcome(), outcome({ delivered: [0, 1, 2] }), outcome()];
    expect(differences([outcome(), outcome(), outcome()], traced, terms)).toHaveLength(1);
  });

  it('finds nothing if the bare client loses as many', () => {
    const loses = outcome({ delivered: [0, 1, 2] });
    expect(differences([loses], [loses], terms)).toEqual([]);
  });

  it('finds a message that is not published', () => {
    expect(differences([outcome()], [outcome({ accepted: [0, 1, 2] })], terms)).toEqual([
      'Published fewer messages: 3, bare 4.',
    ]);
  });

  it('finds an error that the bare client does not give', () => {
    expect(differences([outcome()], [outcome({ errors: { 'Error: ours': 2 } })], terms)).toEqual([
      'Other errors: 2 × Error: ours, bare 0.',
    ]);
  });

  it('finds any unhandled rejection', () => {
    const traced = outcome({ unhandled: { 'Error: read ECONNRESET': 1 } });
    expect(differences([outcome()], [traced], terms)).toEqual([
      'Other unhandled rejections: 1 × Error: read ECONNRESET, bare 0.',
    ]);
  });

  it('finds open spans', () => {
    expect(differences([outcome()], [outcome({ openSpans: { 'send QUEUE': 3 } })], terms)).toEqual([
      'Open spans: 3 × send QUEUE.',
    ]);
  });

  it('finds a heap that grew beyond what waiting spans take', () => {
    expect(differences([outcome()], [outcome({ heapGrowth: 17 * 1024 * 1024 })], terms)).toEqual([
      'Heap: it grew by 17.0 MB, bare by 0.0 MB.',
    ]);
    expect(differences([outcome()], [outcome({ heapGrowth: 15 * 1024 * 1024 })], terms)).toEqual([]);
  });
});

it('asks for the same messages where nothing strikes', () => {
  const bare = outcome({ delivered: [0, 1, 2] });
  expect(differences([bare], [outcome({ delivered: [1, 2, 3] })], quiet)).toEqual([
    'Handled other messages: 3.',
  ]);
  expect(differences([bare], [outcome({ delivered: [1, 2, 3] })], struck)).toEqual([]);
});

it('finds an error of the bare client that is kept from the caller', () => {
  expect(differences([outcome({ errors: { 'Error: refused': 2 } })], [outcome()], quiet)).toEqual([
    'Other errors: 0 × Error: refused, bare 2.',
  ]);
});

it('accepts errors that the bare client gives under other strikes', () => {
  expect(differences([outcome()], [outcome({ errors: { 'Error: read ECONNRESET': 1 } })], struck)).toEqual(
    [],
  );
});

describe('duplicates', () => {
  const twice = (count: number): Outcome => outcome({ delivered: [...all, ...new Array(count).fill(0)] });

  it('have to be as many where nothing strikes', () => {
    expect(differences([outcome()], [twice(1)], quiet)).toEqual(['More duplicates: 1, bare 0.']);
  });

  it('may be more under a strike, by the messages that one can hit', () => {
    expect(differences([twice(2)], [twice(12)], struck)).toEqual([]);
    expect(differences([twice(2)], [twice(13)], struck)).toEqual(['More duplicates: 13, bare 2.']);
  });

  it('are compared by the median of the runs with Waybill and the highest bare one', () => {
    const bare = [twice(0), twice(5), twice(2)];
    expect(differences(bare, [twice(1), twice(90), twice(15)], struck)).toEqual([]);
    expect(differences(bare, [twice(16), twice(90), twice(1)], struck)).toHaveLength(1);
  });
});

describe('order', () => {
  const swapped = outcome({ accepted: [0, streams], delivered: [streams, 0] });
  const straight = outcome({ accepted: [0, streams], delivered: [0, streams] });

  it('has to be kept if the bare client keeps it', () => {
    expect(differences([straight], [swapped], quiet)).toEqual(['More messages out of order: 1, bare 0.']);
  });

  it('is not checked if the client keeps none', () => {
    expect(differences([straight], [swapped], { ...quiet, orderAllowance: undefined })).toEqual([]);
  });
});

function outcome(parts: Partial<Outcome> = {}): Outcome {
  return {
    accepted: all,
    delivered: all,
    errors: {},
    unhandled: {},
    openSpans: {},
    spans: 0,
    heapGrowth: 0,
    ...parts,
  };
}
