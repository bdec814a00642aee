import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import { createAllowListAttributesProcessor, MeterProvider } from '@opentelemetry/sdk-metrics';
import { ManualReader } from '../../test/telemetry-lab.ts';
import { Tallies } from './buffered-counter.ts';

function setUp(reader = new ManualReader(), allowed?: readonly string[]) {
  const views =
    allowed === undefined
      ? []
      : [{ instrumentName: '*', attributesProcessors: [createAllowListAttributesProcessor([...allowed])] }];
  const meter = new MeterProvider({ readers: [reader], views }).getMeter('test');
  const tallies = new Tallies(meter);
  const counter = meter.createCounter('count');
  const tallyOf = (attributes: Attributes) => tallies.of(counter, attributes);
  const points = async () => (await reader.read('count')).points;
  return { reader, tallyOf, points };
}

describe('a tally', () => {
  it('is in every collection, with all that was added', async () => {
    const { tallyOf, points } = setUp();
    const tally = tallyOf({ queue: 'orders' });
    tally.add(2);
    tally.add(1);

    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 3 }]);
    tally.add(1);
    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 4 }]);
    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 4 }]);
  });

  it('adds up with others of the same attributes, also where a view leaves some of them out', async () => {
    const { tallyOf, points } = setUp(new ManualReader(), ['queue']);
    tallyOf({ queue: 'orders', partition: 1 }).add(1);
    tallyOf({ queue: 'orders', partition: 2 }).add(2);

    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 3 }]);
  });

  it('does not wait for a collection for ever', () => {
    const added: number[] = [];
    const counter = { add: (count: number) => added.push(count) };
    const meter = new MeterProvider().getMeter('never collected');
    const tally = new Tallies(meter).of(counter, {});
    for (let count = 0; count < 2_500; count++) tally.add(1);

    expect(added).toEqual([1_000, 1_000]);
  });

  it('does not keep others waiting for a collection for ever, nor itself twice', () => {
    const added: Attributes[] = [];
    const counter = { add: (_count: number, attributes: Attributes = {}) => added.push(attributes) };
    const tallies = new Tallies(new MeterProvider().getMeter('never collected'));
    for (let queue = 0; queue < 2_500; queue++) tallies.of(counter, { queue }).add(1);

    expect(added.map(({ queue }) => queue)).toEqual([...Array(2_000).keys()]);
    expect(tallies.waiting).toBe(500);
    const busy = tallies.of(counter, { queue: 'busy' });
    for (let count = 0; count < 100_000; count++) busy.add(1);
    expect(tallies.waiting).toBe(501);
  });

  it('goes on counting after it was counted because too many waited', async () => {
    const { tallyOf, points } = setUp();
    const tally = tallyOf({ queue: 'orders' });
    tally.add(1);
    for (let queue = 0; queue < 1_000; queue++) tallyOf({ queue: 'others' }).add(1);
    tally.add(2);

    expect(await points()).toEqual([
      { attributes: { queue: 'orders' }, value: 3 },
      { attributes: { queue: 'others' }, value: 1_000 },
    ]);
  });

  it('exports nothing but what is counted', async () => {
    const { reader, tallyOf } = setUp();
    tallyOf({}).add(1);
    const { resourceMetrics } = await reader.collect();
    const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.map((of) => of.descriptor.name),
    );

    expect(names).toEqual(['count']);
  });
});
