import { expect, it } from '@jest/globals';
import { createWaybill } from '@waybill/core';
import { instrumenterOf } from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import { type RecordSource, RecordSources } from './record-source.ts';

const attempt = { number: 1, span: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } };

it('only the attempts at records of a revoked partition are forgotten', () => {
  const sources = new RecordSources(instrumenterOf(createWaybill(), adapterInfo));
  sources.joined('shipping', { orders: [0, 1], returns: [0] });
  const [kept, revoked, other] = [sources.of('orders', 0), sources.of('orders', 1), sources.of('returns', 0)];
  for (const source of [kept, revoked, other]) source.log.remember(7, attempt);

  sources.joined('shipping', { orders: [0] });

  const known = (source: RecordSource): unknown => source.log.previous(7);
  expect([kept, revoked, other].map(known)).toEqual([expect.objectContaining(attempt), undefined, undefined]);
  expect(sources.of('orders', 0)).toBe(kept);
  sources.joined('shipping', { orders: [0, 1] });
  expect(known(sources.of('orders', 1))).toBeUndefined();
  // What is still handled of it is not remembered for it.
  expect(sources.of('orders', 1)).not.toBe(revoked);
});

it('attempts are forgotten when the consumer leaves its group, or joins another', () => {
  const sources = new RecordSources(instrumenterOf(createWaybill(), adapterInfo));
  const before = sources.of('orders', 0);
  before.log.remember(7, attempt);
  sources.joined('shipping', { orders: [0] });
  const joined = sources.of('orders', 0);
  joined.log.remember(7, attempt);
  expect([before.log.previous(7), before.groupId, joined.groupId]).toEqual([
    undefined,
    undefined,
    'shipping',
  ]);

  sources.left();
  expect(joined.log.previous(7)).toBeUndefined();
  expect(sources.of('orders', 0)).not.toBe(joined);
});

it('two consumers of one group do not know what the other one handled', () => {
  const instrumenter = instrumenterOf(createWaybill(), adapterInfo);
  const [one, another] = [new RecordSources(instrumenter), new RecordSources(instrumenter)];
  for (const sources of [one, another]) sources.joined('shipping', { orders: [0] });
  one.of('orders', 0).log.remember(7, attempt);

  expect(another.of('orders', 0).log.previous(7)).toBeUndefined();
});
