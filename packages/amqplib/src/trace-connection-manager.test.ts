import { EventEmitter } from 'node:events';
import { expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { traceAmqpConnectionManager } from './trace-connection-manager.ts';

/** What a manager and its channels have, with the calls that reach them. */
class FakeManager extends EventEmitter {
  readonly calls: unknown[][] = [];
  connection: unknown;

  isConnected(): boolean {
    return this.connection !== undefined;
  }

  createChannel() {
    return {
      publish: async (...args: unknown[]) => this.calls.push(args),
      sendToQueue: async (...args: unknown[]) => this.calls.push(args),
      consume: async () => undefined,
    };
  }
}

function setUp() {
  const spans = recordSpans();
  const waybill = createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  return { manager: traceAmqpConnectionManager(new FakeManager(), waybill), spans, waybill };
}

it('is traced once, however often it is wrapped', async () => {
  const { manager, spans, waybill } = setUp();
  expect(traceAmqpConnectionManager(manager, waybill)).toBe(manager);
  await manager.createChannel().sendToQueue('orders', 'one');

  spans.named('publish orders').toHaveSucceeded();
});

it('gets the caller’s own arguments where there is neither an SDK nor middleware', async () => {
  const manager = traceAmqpConnectionManager(new FakeManager(), createWaybill());
  const options = { headers: {} };
  await manager.createChannel().sendToQueue('orders', 'one', options);

  expect(manager.calls).toEqual([['orders', 'one', options]]);
  expect(manager.calls[0]?.[2]).toBe(options);
});

it('keeps to the least frame of a broker as long as it never had a connection', async () => {
  const { manager, spans } = setUp();
  const channel = manager.createChannel();
  await channel.sendToQueue('orders', 'one', { headers: { large: 'x'.repeat(4_000) } });
  await channel.sendToQueue('orders', 'two', { headers: { large: 'x'.repeat(3_000) } });
  const connection = { frameMax: 131_072 };
  manager.emit('connect', {
    connection: { connection, createChannel() {}, createConfirmChannel() {}, on() {} },
  });
  await channel.sendToQueue('orders', 'three', { headers: { large: 'x'.repeat(4_000) } });

  const carries = manager.calls.map(([, , options]) => 'traceparent' in Object(options).headers);
  expect(carries).toEqual([false, true, true]);
  spans.named('publish orders').toHaveCount(3);
});

it('is refused if it is none', () => {
  const { waybill } = setUp();

  expect(() => traceAmqpConnectionManager(new EventEmitter() as never, waybill)).toThrow(
    'is not a manager of amqp-connection-manager: it has no method createChannel, isConnected. Pass what connect() of amqp-connection-manager gives.',
  );
});
