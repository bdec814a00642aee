import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import { createAllowListAttributesProcessor, MeterProvider } from '@opentelemetry/sdk-metrics';
import { ManualReader } from '../../test/test-bed.ts';
import { CounterBuffer } from './buffered-counter.ts';

function setUp(reader = new ManualReader(), allowed?: readonly string[]) {
  const views =
    allowed === undefined
      ? []
      : [{ instrumentName: '*', attributesProcessors: [createAllowListAttributesProcessor([...allowed])] }];
  const meter = new MeterProvider({ readers: [reader], views }).getMeter('test');
  const buffer = new CounterBuffer(meter);
  const inner = meter.createCounter('count');
  const counterOf = (attributes: Attributes) => buffer.of(inner, attributes);
  const points = async () => (await reader.read('count')).points;
  return { reader, counterOf, points };
}

describe('a buffered counter', () => {
  it('is in every collection, with all that was added', async () => {
    const { counterOf, points } = setUp();
    const counter = counterOf({ queue: 'orders' });
    counter.add(2);
    counter.add(1);

    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 3 }]);
    counter.add(1);
    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 4 }]);
    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 4 }]);
  });

  it('adds up with others of the same attributes, also if a view leaves some of them out', async () => {
    const { counterOf, points } = setUp(new ManualReader(), ['queue']);
    counterOf({ queue: 'orders', partition: 1 }).add(1);
    counterOf({ queue: 'orders', partition: 2 }).add(2);

    expect(await points()).toEqual([{ attributes: { queue: 'orders' }, value: 3 }]);
  });

  it('is counted without a collection after 1,000', () => {
    const added: number[] = [];
    const inner = { add: (count: number) => added.push(count) };
    const meter = new MeterProvider().getMeter('never collected');
    const counter = new CounterBuffer(meter).of(inner, {});
    for (let count = 0; count < 2_500; count++) counter.add(1);

    expect(added).toEqual([1_000, 1_000]);
  });

  it('is counted without a collection if 1,000 counters wait, and waits once', () => {
    const added: Attributes[] = [];
    const counter = { add: (_count: number, attributes: Attributes = {}) => added.push(attributes) };
    const buffer = new CounterBuffer(new MeterProvider().getMeter('never collected'));
    for (let queue = 0; queue < 2_500; queue++) buffer.of(counter, { queue }).add(1);

    expect(added.map(({ queue }) => queue)).toEqual([...Array(2_000).keys()]);
    expect(buffer.waiting).toBe(500);
    const busy = buffer.of(counter, { queue: 'busy' });
    for (let count = 0; count < 100_000; count++) busy.add(1);
    expect(buffer.waiting).toBe(501);
  });

  it('counts on after it was counted because too many waited', async () => {
    const { counterOf, points } = setUp();
    const counter = counterOf({ queue: 'orders' });
    counter.add(1);
    for (let queue = 0; queue < 1_000; queue++) counterOf({ queue: 'others' }).add(1);
    counter.add(2);

    expect(await points()).toEqual([
      { attributes: { queue: 'orders' }, value: 3 },
      { attributes: { queue: 'others' }, value: 1_000 },
    ]);
  });

  it('is the only metric that is exported', async () => {
    const { reader, counterOf } = setUp();
    counterOf({}).add(1);
    const { resourceMetrics } = await reader.collect();
    const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.map((of) => of.descriptor.name),
    );

    expect(names).toEqual(['count']);
  });
});
