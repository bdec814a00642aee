import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import type { ConsumeMessage, GetMessage, Options } from 'amqplib';
import { delivered, FakeChannel, FakeConfirmChannel, traceFake } from '../test/fake-channel.ts';
import { processMessage } from './index.ts';

const content = Buffer.from('one');
const names = [
  'traceparent',
  'baggage',
  'waybill',
  'x-death',
  'x-delivery-count',
  'timestamp_in_ms',
  'other',
];

function unreadable(name: string): Record<string, unknown> {
  const fail = (): never => {
    throw new RangeError('unreadable');
  };
  return Object.defineProperty({ tenant: 'acme' }, name, { enumerable: true, get: fail });
}

describe.each(names)('where reading the header %s throws', (name) => {
  it.each([
    ['to be acknowledged', {}],
    ['that is not', { noAck: true }],
  ])('the handler of a message %s runs, and its span ends', (_what, options) => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    const handled: unknown[] = [];
    channel.consume(
      'orders',
      (message) => {
        handled.push(message);
        channel.ackAll();
      },
      options,
    );
    const message = delivered(1, unreadable(name), { redelivered: true });
    fake.handler?.(message);

    expect(handled).toEqual([message]);
    spans.named('process orders').toHaveCount(1).toHaveSucceeded();
  });

  it('a message is got, and its handler runs in a span', async () => {
    const message = delivered(1, unreadable(name)) as unknown as GetMessage;
    const { channel, spans } = traceFake(Object.assign(new FakeChannel(), { get: async () => message }));

    expect(await channel.get('orders')).toBe(message);
    expect(processMessage(message, () => 'handled')).toBe('handled');
    spans.named('process orders').toHaveCount(1).toHaveSucceeded();
  });

  it('a message is handed to the client as it is, which refuses it', () => {
    const error = new TypeError('cannot be encoded');
    const fake = Object.assign(new FakeChannel(), {
      publish: () => {
        throw error;
      },
    });
    const { channel, spans } = traceFake(fake);
    const headers = unreadable(name);

    expect(() => channel.sendToQueue('orders', content, { headers })).toThrow(error);
    spans.named('publish orders').toHaveFailedWith('TypeError');
  });
});

it.each<[string, (fake: FakeChannel, message: ConsumeMessage) => unknown]>([
  ['consumed', (fake, message) => fake.handler?.(message)],
  ['got', async (_fake, message) => processMessage(message, () => undefined)],
])('nothing that an untrusted sender wrote is on the span of a message that is %s', async (_how, handle) => {
  const spans = recordSpans();
  const waybill = createWaybill({
    policy: { trust: 'untrusted' },
    tracerProvider: new TracerProvider({ spanProcessors: [spans] }),
  });
  const message = delivered(
    1,
    {
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      'x-death': [{ queue: 'orders', reason: 'r'.repeat(30_000), count: 2 ** 40 }],
      'x-delivery-count': 2 ** 40,
      'x-delay': 5_000,
      timestamp_in_ms: 1_000_000_000_000,
    },
    { timestamp: 1_000_000_000, messageId: 'm-1', correlationId: 'c-1' },
  );
  const fake = Object.assign(new FakeChannel(), { get: async () => message });
  const { channel } = traceFake(fake, waybill);
  channel.consume('orders', () => channel.ackAll());
  await channel.get('orders');
  await handle(fake, message);

  const { attributes, links } = spans.named('process orders').only;
  const told = Object.keys(attributes).filter((name) => /message|dead_letter|routing/.test(name));
  expect(told.sort()).toEqual([
    'rabbitmq.destination.routing_key',
    'rabbitmq.message.delivery_tag',
    'waybill.message.attempt',
  ]);
  expect(attributes['waybill.message.attempt']).toBe(1);
  expect(JSON.stringify([attributes, links])).not.toMatch(/m-1|c-1|rrr/);
});

it('what a trusted sender wrote is cut', () => {
  const { fake, channel, spans } = traceFake(new FakeChannel());
  const letter = { queue: 'orders', reason: 'r'.repeat(30_000), count: 1 };
  channel.consume('orders', () => channel.ackAll());
  fake.handler?.(delivered(1, { 'x-death': [letter] }));

  spans.named('process orders').toHaveAttributes({ 'waybill.dead_letter.reason': 'r'.repeat(256) });
});

it.each([
  ['headers cannot be listed', new Proxy({}, { ownKeys: () => content as never })],
  [
    'waybill is no text',
    { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, waybill: new Proxy(content, {}) },
  ],
])('a mandatory message whose %s is handed to a channel with confirms as it is', (_what, headers) => {
  const { fake, channel } = traceFake(new FakeConfirmChannel());

  expect(channel.publish('', 'orders', content, { headers, mandatory: true }, () => undefined)).toBe(true);
  expect((fake.calls[0]?.[3] as Options.Publish | undefined)?.headers).toBe(headers);
});

it('a message whose inherited headers cannot be read is handed to the client as it is', () => {
  const headers = Object.create(unreadable('tenant'));
  const { fake, channel } = traceFake(new FakeChannel());

  expect(channel.publish('', 'orders', content, { headers })).toBe(true);
  expect((fake.calls[0]?.[3] as Options.Publish | undefined)?.headers).toBe(headers);
});
