import { afterEach, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { processMessage, settleMessages } from '@waybill/core';
import { active, tracedBroker, withBaggage } from '../../test/traced-broker.ts';
import type { DeliveredMessage } from '../memory-broker/memory-message.ts';

afterEach(() => diag.disable());

describe('a message that was received', () => {
  it('is handled in a child of the span that sent it', async () => {
    const { broker, spans } = tracedBroker();
    await withBaggage({ tenant: 'acme' }, () => broker.publish('orders', { body: 1 }));
    const [message] = await broker.receive('orders');
    const seen = await processMessage(message as DeliveredMessage, async ({ body }) => [body, active()]);

    const processed = spans.named('process orders').toBeChildOf(spans.named('send orders')).toHaveLinks(0);
    expect(seen).toEqual([1, { spanId: processed.only.spanId, baggage: { tenant: 'acme' } }]);
    spans.each.toHaveCount(2);
  });

  it('is as old as it is when it is handled, not when it was received', async () => {
    const { broker, spans, clock } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    const [message] = await broker.receive('orders');
    clock.now += 90_000;
    processMessage(message as DeliveredMessage, () => undefined);

    spans
      .named('process orders')
      .toBeRoot()
      .toLinkTo(spans.named('send orders'), { 'waybill.message.age': 90 });
  });

  it('is handled without a span where it is a copy, which is reported', async () => {
    const { broker, spans } = tracedBroker();
    const warnings: string[] = [];
    diag.setLogger(
      { ...silentLogger, warn: (_namespace, text) => warnings.push(String(text)) },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    await broker.publish('orders', { body: 1 });
    const [message] = await broker.receive('orders');

    expect(processMessage({ ...(message as DeliveredMessage) }, ({ body }) => body)).toBe(1);
    spans.named('process orders').toHaveCount(0);
    expect(warnings).toEqual([expect.stringContaining('no traced client received')]);
  });

  it('may fail: the error is recorded and thrown on', async () => {
    const { broker, spans } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    const [message] = await broker.receive('orders');
    const error = new RangeError('no stock');

    await expect(processMessage(message as DeliveredMessage, () => Promise.reject(error))).rejects.toBe(
      error,
    );
    spans.named('process orders').toHaveFailedWith('RangeError', 'no stock');
  });

  it('is one of several that are handled at the same time, each in its own span', async () => {
    const { broker, spans } = tracedBroker();
    const bodies = [1, 2, 3, 4];
    for (const body of bodies) {
      await withBaggage({ order: String(body) }, () => broker.publish('orders', { body }));
    }
    const messages = await broker.receive('orders');
    const results = await settleMessages(
      messages,
      async ({ body }) => {
        await new Promise(setImmediate);
        if (body === 3) throw new RangeError('no stock');
        return active().baggage;
      },
      { concurrency: 4 },
    );

    expect(results).toEqual([
      { status: 'fulfilled', value: { order: '1' } },
      { status: 'fulfilled', value: { order: '2' } },
      { status: 'rejected', reason: new RangeError('no stock') },
      { status: 'fulfilled', value: { order: '4' } },
    ]);
    for (const index of bodies.keys()) {
      spans.named('process orders').at(index).toBeChildOf(spans.named('send orders').at(index));
    }
  });
});

describe('receiving', () => {
  it('has a span of its own inside another one, which links to what it got', async () => {
    const { broker, spans, tracer } = tracedBroker();
    const { id } = await broker.publish('orders', { body: 1 });
    await broker.publish('orders', { body: 2 });
    await tracer.startActiveSpan('poll loop', async (loop) => {
      for (const message of await broker.receive('orders')) processMessage(message, () => undefined);
      loop.end();
    });

    spans
      .named('receive orders')
      .toBeChildOf(spans.named('poll loop'))
      .toHaveKind('CLIENT')
      .toHaveLinks(2)
      .toLinkTo(spans.named('send orders').each, { 'waybill.link.to': 'creation' })
      .toLinkTo(spans.named('send orders').at(0), { 'messaging.message.id': id })
      .toHaveAttributes({
        'messaging.operation.name': 'receive',
        'messaging.operation.type': 'receive',
        'messaging.destination.name': 'orders',
        'messaging.batch.message_count': 2,
      });
    spans.named('process orders').each.toLinkTo(spans.named('poll loop'), { 'waybill.link.to': 'ambient' });
  });

  it('has no span where there is nothing to receive', async () => {
    const { broker, spans, tracer } = tracedBroker({ waybill: { receiveSpans: 'always' } });
    await tracer.startActiveSpan('poll loop', async (loop) => {
      expect(await broker.receive('orders')).toEqual([]);
      loop.end();
    });

    spans.each.toHaveCount(1);
  });

  it.each([
    ['always', 1],
    ['never', 0],
  ] as const)('has a span %s, where that is asked for', async (receiveSpans, count) => {
    const { broker, spans, tracer } = tracedBroker({ waybill: { receiveSpans } });
    await broker.publish('orders', { body: 1 });
    if (receiveSpans === 'always') await broker.receive('orders');
    else await tracer.startActiveSpan('poll loop', () => broker.receive('orders'));

    spans.named('receive orders').toHaveCount(count);
  });

  it('marks its span when the client fails, and fails with the same error', async () => {
    const { broker, spans, tracer } = tracedBroker();
    broker.close();
    await tracer.startActiveSpan('poll loop', async (loop) => {
      await expect(broker.receive('orders')).rejects.toThrow('The connection to the broker is closed.');
      loop.end();
    });

    spans.named('receive orders').toBeChildOf(spans.named('poll loop')).toHaveFailedWith('MemoryBrokerError');
  });
});

const silentLogger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
};
