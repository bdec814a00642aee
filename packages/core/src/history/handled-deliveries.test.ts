import { describe, expect, it } from '@jest/globals';
import { MemoryBudget } from '../ground/memory-budget.ts';
import { HandledDeliveries } from './handled-deliveries.ts';

const handled = { span: { traceId: 't', spanId: 's', traceFlags: 1 }, journeyId: 'j' };

describe('handled deliveries', () => {
  it.each([['a receipt'], [{ deliveryTag: 1 }], [7]])('are found by %p', (receipt) => {
    const deliveries = new HandledDeliveries(new MemoryBudget());
    deliveries.add(receipt, handled);
    expect(deliveries.get(receipt)).toBe(handled);
  });

  it('are not found by an equal object, by another text or by nothing', () => {
    const deliveries = new HandledDeliveries(new MemoryBudget());
    deliveries.add({ deliveryTag: 1 }, handled);
    deliveries.add(undefined, handled);
    expect([{ deliveryTag: 1 }, 'other', undefined].map((receipt) => deliveries.get(receipt))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('forget texts after a while', () => {
    const deliveries = new HandledDeliveries(new MemoryBudget());
    deliveries.add('first', handled);
    for (let index = 0; index < 3_000; index++) deliveries.add(`later ${index}`, handled);
    expect(deliveries.get('first')).toBeUndefined();
    expect(deliveries.get('later 2999')).toBe(handled);
  });

  it('are found by receipts as long as those of SQS, and not by longer ones', () => {
    const deliveries = new HandledDeliveries(new MemoryBudget());
    for (const length of [1_024, 2_049]) deliveries.add('x'.repeat(length), handled);
    expect([1_024, 2_049].map((length) => deliveries.get('x'.repeat(length)))).toEqual([handled, undefined]);
  });
});
