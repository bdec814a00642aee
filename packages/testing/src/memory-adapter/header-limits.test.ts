import { describe, expect, it } from '@jest/globals';
import { context, createTraceState, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { tracedBroker } from '../../test/traced-broker.ts';
import type { MemoryHeaders } from '../memory-broker/memory-message.ts';

/** A context in which all four headers are written. */
const full = propagation.setBaggage(
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    isRemote: true,
    traceState: createTraceState('vendor=1'),
  }),
  propagation.createBaggage({ tenant: { value: 'acme' } }),
);

describe('where a message has few places for headers', () => {
  it.each([
    [0, ['traceparent', 'tracestate', 'waybill', 'baggage'], []],
    [1, ['traceparent', 'tracestate', 'waybill'], ['baggage']],
    [2, ['traceparent', 'tracestate'], ['waybill', 'baggage']],
    [3, ['traceparent'], ['tracestate', 'waybill', 'baggage']],
    [4, [], ['traceparent', 'tracestate', 'waybill', 'baggage']],
  ])('and %i of 4 are the own ones, these stay and ours give way', async (count, travel, dropped) => {
    const { broker, metric } = tracedBroker({ broker: { headerLimits: { names: 4 } } });
    const own = Object.fromEntries(Array.from({ length: count }, (_, index) => [`own-${index}`, 'kept']));
    await context.with(full, () => broker.publish('orders', { headers: own, body: 1 }));
    const [message] = await broker.receive('orders');

    expect(message?.headers).toMatchObject(own);
    expect(namesOfOurs(message?.headers)).toEqual(travel);
    const rejected = (await metric('waybill.carrier.rejected'))?.dataPoints ?? [];
    expect(rejected.map(({ value, attributes }) => [value, attributes['waybill.carrier.header']])).toEqual(
      dropped.map((name) => [1, name]),
    );
    for (const { attributes } of rejected) {
      expect(attributes).toMatchObject({
        'messaging.system.name': 'memory',
        'messaging.destination.name': 'orders',
        'waybill.carrier.reason': 'limit',
      });
    }
  });

  it('and one of them is an own traceparent, it takes no place of ours', async () => {
    const { broker } = tracedBroker({ broker: { headerLimits: { names: 1 } } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203332-01';
    await context.with(full, () => broker.publish('orders', { headers: { traceparent }, body: 1 }));

    expect((await broker.receive('orders'))[0]?.headers).toEqual({ traceparent });
  });
});

describe('where a message has few bytes for headers', () => {
  it('what does not fit is left out', async () => {
    const { broker, metric } = tracedBroker({ broker: { headerLimits: { bytes: 200 } } });
    const long = propagation.createBaggage({ tenant: { value: 'a'.repeat(200) } });
    await context.with(propagation.setBaggage(full, long), () =>
      broker.publish('orders', { headers: { shop: 'north' }, body: 1 }),
    );
    const [message] = await broker.receive('orders');

    expect(message?.headers).toMatchObject({ shop: 'north' });
    expect(namesOfOurs(message?.headers)).toEqual(['traceparent', 'tracestate', 'waybill']);
    expect((await metric('waybill.carrier.rejected'))?.dataPoints).toMatchObject([
      { value: 1, attributes: { 'waybill.carrier.header': 'baggage', 'waybill.carrier.reason': 'limit' } },
    ]);
  });
});

describe('where a message may have no empty values', () => {
  it('none is written, also where there is an empty tracestate or baggage', async () => {
    const { broker } = tracedBroker({ broker: { headerLimits: { emptyValues: false } } });
    await context.with(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({})), () =>
      broker.publish('orders', { body: 1 }),
    );

    expect(namesOfOurs((await broker.receive('orders'))[0]?.headers)).toEqual(['traceparent', 'waybill']);
  });
});

function namesOfOurs(headers: MemoryHeaders = {}): string[] {
  return ['traceparent', 'tracestate', 'waybill', 'baggage'].filter((name) => name in headers);
}
