import { describe, expect, it } from '@jest/globals';
import { HandledDeliveries } from './handled-deliveries.ts';

const handled = { span: { traceId: 't', spanId: 's', traceFlags: 1 }, journeyId: 'j' };

describe('handled deliveries', () => {
  it.each([['a receipt'], [{ deliveryTag: 1 }], [7]])('are found by %p', (receipt) => {
    const deliveries = new HandledDeliveries(10);
    deliveries.add(receipt, handled);
    expect(deliveries.get(receipt)).toBe(handled);
  });

  it('are not found by an equal object, by another text or by nothing', () => {
    const deliveries = new HandledDeliveries(10);
    deliveries.add({ deliveryTag: 1 }, handled);
    deliveries.add(undefined, handled);
    expect([{ deliveryTag: 1 }, 'other', undefined].map((receipt) => deliveries.get(receipt))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('forget texts after a while', () => {
    const deliveries = new HandledDeliveries(10);
    deliveries.add('first', handled);
    for (let index = 0; index < 30; index++) deliveries.add(`later ${index}`, handled);
    expect(deliveries.get('first')).toBeUndefined();
    expect(deliveries.get('later 29')).toBe(handled);
  });
});
