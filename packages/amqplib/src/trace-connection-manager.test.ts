import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { delivered, FakeChannel, traceFake } from '../test/fake-channel.ts';
import { traceAmqpConnectionManager } from './trace-connection-manager.ts';

const content = Buffer.from('one');

/** What a manager and its channels have, with the calls that reach them. A publish is answered by its callback, too. */
class FakeManager extends EventEmitter {
  readonly calls: unknown[][] = [];

  /** What a publish fails with. */
  failure: Error | undefined;
  connection: unknown;

  isConnected(): boolean {
    return this.connection !== undefined;
  }

  createChannel() {
    return {
      publish: (...args: unknown[]) => this.#send(args),
      sendToQueue: (...args: unknown[]) => this.#send(args),
      consume: async (...args: unknown[]) => this.calls.push(args),
    };
  }

  async #send(args: unknown[]): Promise<boolean> {
    this.calls.push(args);
    const done = args.at(-1);
    if (typeof done === 'function') done(this.failure ?? null, this.failure === undefined);
    if (this.failure !== undefined) throw this.failure;
    return true;
  }
}

function setUp(bare = new FakeManager()) {
  const spans = recordSpans();
  const waybill = createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  return { manager: traceAmqpConnectionManager(bare, waybill), spans, waybill };
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

describe('a publish', () => {
  it('has one span where the channel of amqplib that gets it is traced, too', async () => {
    const { manager, spans, waybill } = setUp();
    await manager.createChannel().sendToQueue('orders', content);
    const { fake, channel, spans: inner } = traceFake(new FakeChannel(), waybill);
    const [, , options] = manager.calls[0] as [string, Buffer, object];
    expect(channel.publish('', 'orders', content, options)).toBe(true);

    expect(fake.calls).toEqual([['', 'orders', content, options]]);
    expect(inner.each.count + spans.each.count).toBe(1);
  });

  it.each<[string, 'publish' | 'sendToQueue', string[], string]>([
    ['an exchange', 'publish', ['shop', 'created'], 'publish shop:created'],
    ['a queue', 'sendToQueue', ['orders'], 'publish orders'],
  ])('to %s reaches the client with what it takes, and has its answer', async (_what, method, to, name) => {
    const { manager, spans } = setUp();
    const options = Object.freeze(Object.assign(Object.create({ timeout: 5 }), { priority: 3 }));
    const answers: unknown[][] = [];
    const send = manager.createChannel()[method];
    expect(await send(...to, content, options, (...answer: unknown[]) => answers.push(answer))).toBe(true);

    const { spanId } = spans.named(name).toHaveKind('PRODUCER').toHaveSucceeded().only;
    const headers = expect.objectContaining({ traceparent: expect.stringContaining(spanId) });
    const written = expect.objectContaining({ timeout: 5, priority: 3, headers });
    expect(manager.calls).toEqual([[...to, content, written, expect.any(Function)]]);
    expect(answers).toEqual([[null, true]]);
  });

  it.each(['publish', 'sendToQueue'] as const)('by %s that fails has a span that fails', async (method) => {
    const { manager, spans } = setUp();
    manager.failure = new RangeError('timeout');
    const to = method === 'publish' ? ['', 'orders'] : ['orders'];
    await expect(manager.createChannel()[method](...to, content)).rejects.toBe(manager.failure);

    spans.named('publish orders').toHaveFailedWith('RangeError', 'timeout');
  });

  it.each<[string, 'publish' | 'sendToQueue', unknown[]]>([
    ['a key that is no text', 'publish', ['', 7, content]],
    ['options that are none', 'publish', ['', 'orders', content, 'options']],
    ['a queue that is no text', 'sendToQueue', [7, content]],
    ['headers that are none', 'sendToQueue', ['orders', content, { headers: 'text' }]],
  ])('is left to the client to refuse: %s', async (_what, method, args) => {
    const { manager, spans } = setUp();
    await manager.createChannel()[method](...args);

    expect(manager.calls).toEqual([args]);
    expect(spans.each.count).toBe(0);
  });
});

it.each(['is there', 'comes'])('the channels of amqplib on a connection that %s are traced', async (how) => {
  const fake = new FakeChannel();
  const createChannel = async (): Promise<FakeChannel> => fake;
  const connection = {
    connection: {},
    createChannel,
    createConfirmChannel: createChannel,
    on: () => undefined,
  };
  const bare = new FakeManager();
  if (how === 'is there') bare.connection = connection;
  const { manager, spans } = setUp(bare);
  if (how === 'comes') manager.emit('connect', { connection });
  (await connection.createChannel()).publish('', 'orders', content);

  spans.named('publish orders').toHaveSucceeded();
});

it('the span of a message lasts as long as the promise of its handler, which the client keeps to itself', async () => {
  const { manager, spans, waybill } = setUp();
  const { promise, resolve } = Promise.withResolvers<void>();
  const options = { noAck: true };
  const handler = (): Promise<void> => promise;
  await manager.createChannel().consume('orders', handler, options);
  const [queue, onMessage, ...rest] = manager.calls[0] as [string, (message: unknown) => unknown];
  expect([queue, rest]).toEqual(['orders', [options]]);
  const { fake, channel } = traceFake(new FakeChannel(), waybill);
  channel.consume('orders', (message) => void onMessage(message));
  fake.handler?.(delivered(1));
  channel.ack(delivered(1));
  spans.named('process orders').toHaveCount(0);
  resolve();

  (await spans.waitFor('process orders')).toHaveSucceeded();
});

it('is refused if it is none', () => {
  const { waybill } = setUp();

  expect(() => traceAmqpConnectionManager(new EventEmitter() as never, waybill)).toThrow(
    'is not a manager of amqp-connection-manager: it has no method createChannel, isConnected. Pass what connect() of amqp-connection-manager gives.',
  );
});
