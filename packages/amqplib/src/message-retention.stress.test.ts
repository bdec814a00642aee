import { Duplex } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill } from '@waybill/core';
import type { ConsumeMessage } from 'amqplib';
import type { AmqpTracingOptions } from '../src/index.ts';
import {
  delivered,
  FakeChannel,
  FakeConfirmChannel,
  type FakeSetUp,
  traceFake,
} from '../test/fake-channel.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

type Confirming = ReturnType<typeof traceFake<FakeConfirmChannel>>;
type Consuming = ReturnType<typeof traceFake<FakeChannel>>;

it('of a publish nothing is kept once it has ended, while its channel goes on', async () => {
  const settled = { mandatory: true };
  const endings: Record<string, [object, (setUp: Confirming) => void]> = {
    confirmed: [{}, (setUp) => confirmAll(setUp, null)],
    refused: [{}, (setUp) => confirmAll(setUp, new Error('message nacked'))],
    'confirmed, and not returned': [settled, (setUp) => confirmAll(setUp, null)],
    'returned and confirmed': [
      settled,
      (setUp) => {
        const [, , , options] = setUp.fake.calls[0] ?? [];
        const fields = { exchange: '', routingKey: 'orders', replyText: 'NO_ROUTE' };
        setUp.fake.emit('return', { fields, properties: options });
        confirmAll(setUp, null);
      },
    ],
    'lost with its channel': [settled, ({ fake }) => void fake.emit('close')],
    'lost with its socket': [settled, ({ fake }) => void fake.connection.stream.destroy()],
  };
  const kept = Object.entries(endings).map(([name, [options, end]]) => {
    const setUp = traceFake(new FakeConfirmChannel());
    return { name, setUp, message: publishAndForget(setUp, options, end) };
  });
  await nextTurns();

  expect(await namesOfKept(kept)).toEqual([]);
  for (const { setUp } of kept) setUp.spans.named('publish orders').toHaveCount(1);
}, 60_000);

it('of a delivery nothing is kept once it has ended, while its channel goes on', async () => {
  const ignore = (): undefined => undefined;
  const endings: Record<string, [AmqpTracingOptions, () => unknown, (setUp: Consuming) => unknown]> = {
    acknowledged: [{}, ignore, ({ channel }) => channel.ack(delivered(1))],
    'acknowledged, with the tag 0 for all': [{}, ignore, ({ channel }) => channel.ack(delivered(0), true)],
    'given back': [{}, ignore, ({ channel }) => channel.nack(delivered(1))],
    rejected: [{}, ignore, ({ channel }) => channel.reject(delivered(1), false)],
    'acknowledged with all others': [{}, ignore, ({ channel }) => channel.ackAll()],
    'given back with all others': [{}, ignore, ({ channel }) => channel.nackAll()],
    recovered: [{}, ignore, ({ channel }) => channel.recover()],
    'handled by a promise': [{}, async () => undefined, ignore],
    'handled by a promise, and acknowledged': [
      { endProcessSpan: 'ack' },
      async () => undefined,
      ({ channel }) => channel.ack(delivered(1)),
    ],
    'handled, when its handler returns': [{ endProcessSpan: 'handler' }, ignore, ignore],
    'left by its consumer': [{}, ignore, ({ channel }) => channel.cancel('worker')],
    'lost with its channel': [{}, ignore, ({ fake }) => fake.emit('close')],
    'lost with its socket': [{}, ignore, ({ fake }) => fake.connection.stream.destroy()],
  };
  const kept = Object.entries(endings).map(([name, [options, handler, end]]) => {
    const setUp = traceFake(cancelling(), undefined, options);
    return { name, setUp, message: handleAndForget(setUp, handler, end) };
  });
  await nextTurns();

  expect(await namesOfKept(kept)).toEqual([]);
  for (const { setUp } of kept) setUp.spans.named('process orders').toHaveCount(1);
}, 60_000);

it('of a publish that amqplib refuses nothing is kept', async () => {
  const fake = Object.assign(new FakeConfirmChannel(), {
    publish: () => {
      throw new RangeError('too big');
    },
  });
  const setUp = traceFake(fake);
  const refuse = (): WeakRef<object> => {
    const content = Buffer.from('one');
    expect(() => setUp.channel.sendToQueue('orders', content, { mandatory: true })).toThrow('too big');
    return new WeakRef(content);
  };

  expect(await namesOfKept([{ name: 'refused', message: refuse() }])).toEqual([]);
  setUp.spans.named('publish orders').toHaveFailedWith('RangeError');
}, 60_000);

it('of a channel that was closed its connection keeps nothing', async () => {
  const stream = new Duplex({ read: () => undefined });
  const openAndClose = (): WeakRef<object> => {
    const { fake, channel } = traceFake(new FakeConfirmChannel(stream), unrecorded());
    channel.sendToQueue('orders', Buffer.from('one'));
    fake.emit('close');
    return new WeakRef(fake);
  };
  const closed = openAndClose();
  await nextTurns();

  expect(await namesOfKept([{ name: 'channel', message: closed }])).toEqual([]);
  expect(stream.destroyed).toBe(false);
}, 60_000);

it('of mandatory messages that were confirmed nothing is kept', () => {
  const { fake, channel } = traceFake(new FakeConfirmChannel(), unrecorded());
  const publish = (count: number): void => {
    for (let number = 0; number < count; number += 1) {
      channel.sendToQueue('orders', Buffer.from('one'), { mandatory: true });
      fake.unconfirmed.pop()?.(null);
      fake.calls.length = 0;
    }
  };
  const before = heapAfter(() => publish(1_000));
  const after = heapAfter(() => publish(15_000));

  expect(after - before).toBeLessThan(1_500_000);
}, 60_000);

it('of headers of 60 kB that senders call ours nothing is kept', async () => {
  const { fake, channel } = traceFake(new FakeChannel());
  channel.consume('orders', (message) => message && channel.ack(message));
  const before = heapAfter(() => undefined);
  const after = heapAfter(() => {
    for (let number = 1; number <= 1_000; number += 1) {
      // Written, so that each has its own 60 kB.
      const text = Buffer.alloc(60_000, `${number} `).toString('latin1');
      const valid = `2-1700000000000-${'a'.repeat(32)}-${number.toString(16).padStart(16, '0')}-${text}`;
      fake.handler?.(delivered(number, { waybill: number % 2 === 0 ? Buffer.from(valid).toString() : text }));
    }
  });

  expect(after - before).toBeLessThan(15_000_000);
}, 60_000);

/** Publishes in a frame of its own, so that no variable of the test keeps the message. */
function publishAndForget(
  setUp: Confirming,
  options: object,
  end: (setUp: Confirming) => void,
): WeakRef<object> {
  const { fake, channel } = setUp;
  const content = Buffer.from('one');
  channel.sendToQueue('orders', content, options);
  end(setUp);
  fake.calls.length = 0;
  fake.unconfirmed.length = 0;
  return new WeakRef(content);
}

function handleAndForget(
  setUp: Consuming,
  handler: () => unknown,
  end: (setUp: Consuming) => unknown,
): WeakRef<ConsumeMessage> {
  const { fake, channel } = setUp;
  channel.consume('orders', () => handler());
  const message = delivered(1);
  fake.handler?.(message);
  end(setUp);
  return new WeakRef(message);
}

function cancelling(): FakeChannel {
  return Object.assign(new FakeChannel(), { cancel: async () => ({}) });
}

/** Has spans that are not kept. */
function unrecorded(): Waybill {
  return createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [] }) });
}

function confirmAll({ fake }: FakeSetUp<FakeConfirmChannel, unknown>, error: Error | null): void {
  for (const confirmed of fake.unconfirmed) confirmed(error);
}

async function namesOfKept(
  all: readonly { readonly name: string; readonly message: WeakRef<object> }[],
): Promise<string[]> {
  const kept = (): string[] =>
    all.filter(({ message }) => message.deref() !== undefined).map(({ name }) => name);
  for (let turn = 0; turn < 10 && kept().length > 0; turn += 1) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return kept();
}

function heapAfter(run: () => void): number {
  run();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}
