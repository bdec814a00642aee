import { expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createWaybill } from '@waybill/core';
import { FakeBroker, traceFakeBroker } from '../../test/fake-rascal-broker.ts';
import { traceRascalBroker } from './trace-rascal-broker.ts';

const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;

it('is traced once, however often it is wrapped', async () => {
  const { broker, spans, waybill } = traceFakeBroker(new FakeBroker());
  expect(traceRascalBroker(broker, waybill)).toBe(broker);
  await broker.publish('orders', 'one');
  broker.session.emit('success', 'm-1');

  spans.named('publish shop:orders').toHaveSucceeded();
});

it('gets the caller’s own arguments where there is neither an SDK nor middleware', async () => {
  const broker = traceRascalBroker(new FakeBroker(), createWaybill());
  const overrides = { options: { headers: {} } };
  await broker.publish('orders', 'one', overrides);

  expect(broker.calls).toEqual([['publish', 'orders', 'one', overrides]]);
  expect(broker.calls[0]?.[3]).toBe(overrides);
});

it('takes the carrier of a forwarded message out of it, and leaves the message itself as it is', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { broker } = traceFakeBroker(new FakeBroker(), { policy: { relation: 'link' } });
  const headers = { traceparent, tracestate: 'a=1', shop: 'north', rascal: {} };
  const message = Object.freeze({
    fields: Object.freeze({ exchange: '', routingKey: 'orders', deliveryTag: 1, consumerTag: 'worker' }),
    properties: Object.freeze({ headers: Object.freeze(headers), messageId: 'm-1' }),
    content: Buffer.from('one'),
  });
  await broker.subscribe();
  broker.session.on('message', (delivered) => broker.forward('shop', delivered));
  broker.session.emit('message', message, 'one', () => undefined);
  context.disable();

  const [, name, forwarded, overrides] = broker.calls[1] as [string, string, typeof message, object];
  expect([name, forwarded.content, forwarded.fields]).toEqual(['shop', message.content, message.fields]);
  const written = { traceparent: expect.not.stringContaining('1'.repeat(32)), waybill: expect.any(String) };
  expect(forwarded.properties).toEqual({
    messageId: 'm-1',
    headers: { shop: 'north', rascal: {}, ...written },
  });
  expect(overrides).toMatchObject({ options: { headers: written } });
});

it.each([undefined, 'text', { fields: { routingKey: 'orders' } }])(
  'is left to refuse to forward %j',
  async (message) => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    await broker.forward('shop', message);

    expect(broker.calls).toEqual([['forward', 'shop', message]]);
    expect(broker.calls[0]?.[2]).toBe(message);
    expect(spans.each.count).toBe(0);
  },
);

it('names a queue with the options that it is configured with', async () => {
  const { broker, spans } = traceFakeBroker(new FakeBroker());
  await broker.publish('temporary', 'one');
  broker.session.emit('success', 'm-1');

  spans.named('publish (temporary)').toHaveAttributes({ 'messaging.destination.name': 'orders' });
});

it('is refused if it is none', () => {
  const { waybill } = traceFakeBroker(new FakeBroker());

  expect(() => traceRascalBroker({ vhosts: {} } as never, waybill)).toThrow(
    'traceRascalBroker: an object is not a broker of rascal: it has no method publish, forward, subscribe, subscribeAll, on. Pass what BrokerAsPromised.create() of rascal gives.',
  );
});
