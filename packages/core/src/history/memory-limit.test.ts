import { describe, expect, it } from '@jest/globals';
import type { Link } from '@opentelemetry/api';
import { type IncomingInit, incoming, traceparent } from '../../test/fake-messages.ts';
import { fakeAdapter, setUp, type TestBed } from '../../test/test-bed.ts';
import { instrumenterOf } from '../adapter.ts';

/** About 200 attempts. */
const memoryLimit = 65_536;

describe('with a memory limit', () => {
  it.each<[string, (testBed: TestBed) => (index: number) => IncomingInit]>([
    ['ids and counts', () => (index) => ({ id: `m-${index}`, attempt: 1 })],
    ['identities', () => (index) => ({ identity: `identity ${index}` })],
    [
      'positions in logs',
      (testBed) => {
        const logs = Array.from({ length: 8 }, () => testBed.instrumenter.attemptLog());
        return (index) => ({ log: logs[index % 8], position: 5e9 + index });
      },
    ],
  ])('the last attempts at messages with %s are linked to, and the oldest are forgotten', (_what, of) => {
    const testBed = setUp({ memoryLimit });
    const fieldsOf = of(testBed);
    for (let index = 0; index < 500; index++) handle(testBed, fieldsOf(index));

    const again = (index: number): readonly Link[] => {
      const { attempt } = fieldsOf(index);
      return handle(testBed, { ...fieldsOf(index), ...(attempt === undefined ? {} : { attempt: 2 }) });
    };

    expect(again(499)).toEqual([linkTo('previous-attempt', testBed, 499)]);
    expect(again(450)).toEqual([linkTo('previous-attempt', testBed, 450)]);
    expect(again(0)).toEqual([]);
  });

  it('flows whose parents are handled elsewhere make room for later ones', () => {
    const testBed = setUp({ memoryLimit });
    for (let index = 0; index < 500; index++) {
      handle(testBed, { flow: { key: `child ${index}`, dependent: `parent ${index}` } });
    }

    expect(handle(testBed, { flow: { key: 'parent 499', dependent: undefined } })).toHaveLength(1);
    expect(handle(testBed, { flow: { key: 'parent 0', dependent: undefined } })).toEqual([]);
  });

  it('children of one parent make room for those of others', () => {
    const testBed = setUp({ memoryLimit });
    for (let index = 0; index < 600; index++) {
      const dependent = `parent ${Math.trunc(index / 100)}`;
      handle(testBed, { flow: { key: `child ${index}`, dependent } });
    }

    expect(handle(testBed, { flow: { key: 'parent 5', dependent: undefined } })).toHaveLength(100);
    expect(handle(testBed, { flow: { key: 'parent 0', dependent: undefined } })).toEqual([]);
  });

  it.each<[string, (name: string) => readonly [IncomingInit, IncomingInit]]>([
    [
      'ids',
      (id) => [
        { id, attempt: 1 },
        { id, attempt: 2 },
      ],
    ],
    [
      'keys of flows',
      (key) => [{ flow: { key: 'child', dependent: key } }, { flow: { key, dependent: undefined } }],
    ],
    [
      'keys of the children of flows',
      (key) => [
        { flow: { key, dependent: `parent ${key.slice(-4)}` } },
        { flow: { key: `parent ${key.slice(-4)}`, dependent: undefined } },
      ],
    ],
    [
      'names of schedules',
      (schedule) => [
        { id: '1', schedule, recurring: true },
        { id: '2', schedule, recurring: true },
      ],
    ],
    [
      'ids of runs',
      (id) => [
        { id, schedule: id.slice(-4), recurring: true },
        { id: '2', schedule: id.slice(-4), recurring: true },
      ],
    ],
  ])('long %s take the place of more short ones', (_what, of) => {
    const kept = (length: number): number => {
      const testBed = setUp({ memoryLimit });
      const pairs = Array.from({ length: 40 }, (_, index) => of(String(index).padStart(length, 'x')));
      for (const [first] of pairs) handle(testBed, first);
      // The last first: to ask makes an entry, too.
      return pairs.reverse().filter(([, second]) => handle(testBed, second).length > 0).length;
    };

    expect(kept(4)).toBe(40);
    expect(kept(1_000)).toBeGreaterThan(10);
    expect(kept(1_000)).toBeLessThan(40);
  });

  it('all adapters share the memory', () => {
    const testBed = setUp({ memoryLimit });
    const other = instrumenterOf(testBed.waybill, { ...fakeAdapter, name: '@waybill/other' });
    handle(testBed, { id: 'm-1', attempt: 1 });
    for (let index = 0; index < 500; index++) {
      other.process(
        { messages: [incoming({ id: `m-${index}`, attempt: 1 })], batch: false },
        () => undefined,
      );
    }

    expect(handle(testBed, { id: 'm-1', attempt: 2 })).toEqual([]);
  });

  it('a schedule that runs often keeps its last run among thousands of other messages', () => {
    const testBed = setUp({ memoryLimit });
    const run = (index: number): readonly Link[] =>
      handle(testBed, { id: `run ${index}`, schedule: 'nightly', recurring: true });
    run(0);
    for (let index = 1; index < 30; index++) {
      for (let other = 0; other < 50; other++) handle(testBed, { id: `m-${index}-${other}`, attempt: 1 });
      expect(run(index)).toHaveLength(1);
    }
  });
});

it('an attempt is remembered under a job identity that has a long queue name in it twice', () => {
  const testBed = setUp();
  const identity = `bull:${'long-name-of-a-queue.'.repeat(20)}:0fa4f8a6-9cf5-4d4c-b3a5-6b3f1c9c0a11`;
  handle(testBed, { identity, attempt: 1 });

  expect(handle(testBed, { identity, attempt: 2 })).toEqual([linkTo('previous-attempt', testBed, 0)]);
});

describe('text that a sender writes', () => {
  it.each<[string, IncomingInit, IncomingInit]>([
    ['an id', { id: long(), attempt: 1 }, { id: long(), attempt: 2 }],
    ['an identity', { identity: long() }, { identity: long() }],
    [
      'the name of a schedule',
      { id: '1', schedule: long(), recurring: true },
      { id: '2', schedule: long(), recurring: true },
    ],
    [
      'the id of a run',
      { id: long(), schedule: 'nightly', recurring: true },
      { id: '2', schedule: 'nightly', recurring: true },
    ],
    [
      'the key of a parent',
      { flow: { key: 'child', dependent: long() } },
      { flow: { key: long(), dependent: undefined } },
    ],
    [
      'the key of a child',
      { flow: { key: long(), dependent: 'parent' } },
      { flow: { key: 'parent', dependent: undefined } },
    ],
  ])('is not remembered if it is too long, as %s', (_what, first, second) => {
    const testBed = setUp();
    handle(testBed, first);

    expect(handle(testBed, second)).toEqual([]);
  });

  it('is remembered up to 1,024 characters, as the id of a run', () => {
    const testBed = setUp();
    const id = 'x'.repeat(1_024);
    handle(testBed, { id, schedule: 'nightly', recurring: true });

    expect(handle(testBed, { id: '2', schedule: 'nightly', recurring: true })).toHaveLength(1);
  });

  it('is not remembered as the trace state of a span', () => {
    const testBed = setUp();
    const headers = { traceparent: traceparent(), tracestate: 'vendor=secret' };
    const message = incoming({ id: 'm-1', attempt: 1, headers });
    testBed.instrumenter.process({ messages: [message], batch: false }, () => undefined);
    expect(testBed.spans[0]?.spanContext().traceState?.get('vendor')).toBe('secret');

    const { traceId, spanId } = testBed.spans[0]?.spanContext() ?? {};
    expect(handle(testBed, { id: 'm-1', attempt: 2 })[0]?.context).toEqual({
      traceId,
      spanId,
      traceFlags: 1,
    });
  });
});

/** Handles a message, and gives the links of its span. */
function handle(testBed: TestBed, fields: IncomingInit): readonly Link[] {
  testBed.instrumenter.process({ messages: [incoming(fields)], batch: false }, () => undefined);
  return testBed.spans.at(-1)?.links ?? [];
}

function linkTo(target: string, testBed: TestBed, index: number): unknown {
  const { traceId, spanId } = testBed.spans[index]?.spanContext() ?? {};
  return expect.objectContaining({
    context: expect.objectContaining({ traceId, spanId }),
    attributes: expect.objectContaining({ 'waybill.link.to': target }),
  });
}

function long(): string {
  return 'x'.repeat(1_025);
}
