import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callOutcome, describeError, until } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';
import { type AmqpConnectionManager, type ChannelWrapper, connect } from 'amqp-connection-manager';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { traceAmqpConnectionManager, traceChannel, traceConnection } from '../src/index.ts';
import { shown } from './behaviour.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';
import { activeTenant, Tenants } from './tenants.ts';

let testBed: RabbitTestBed;
let proxy: CuttableProxy;
let queue: string;
const managers: AmqpConnectionManager[] = [];
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
  proxy = await startCuttableProxy(testBed.url);
});
afterAll(async () => {
  await proxy.close();
  await testBed.close();
});
beforeEach(async () => {
  testBed.spans.clear();
  queue = await testBed.queue();
});
afterEach(async () => {
  proxy.mend();
  await Promise.all(managers.splice(0).map((manager) => manager.close()));
});

/** A manager that connects again at once; traced, if there is a Waybill. */
function manage(waybill?: Waybill): AmqpConnectionManager {
  const manager = connect([proxy.url], { reconnectTimeInSeconds: 0.02 });
  managers.push(manager);
  return waybill === undefined ? manager : traceAmqpConnectionManager(manager, waybill);
}

describe('what is published while there is no connection', () => {
  it('carries the context and the time of the call', async () => {
    let now = 1_700_000_000_000;
    proxy.cut();
    const manager = manage(testBed.waybill({ clock: () => now }));
    const channel = manager.createChannel();
    const tenants = new Tenants();
    const published = tenants.request('acme', () => channel.sendToQueue(queue, 'acme'));
    expect(channel.queueLength()).toBe(1);
    now += 3_600_000;
    proxy.mend();
    expect(await published).toBe(true);

    const message = await testBed.admin.get(queue, { noAck: true });
    const { headers } = Object(message).properties;
    expect(headers.waybill).toMatch(/^1-1700000000000-/);
    tenants.arrive('acme', headers, { tenant: 'acme', trace: headers.traceparent.slice(3, 35) });
    expect([...tenants.mixed]).toEqual([]);
  });

  it('follows the policy of the call', async () => {
    proxy.cut();
    const waybill = testBed.waybill({ policy: { queues: { [queue]: { relation: 'auto' } } } });
    const channel = manage(waybill).createChannel();
    const published = waybill.publishWith({ relation: 'link' }, () => channel.sendToQueue(queue, 'one'));
    proxy.mend();
    await published;
    await channel.consume(queue, (message) => channel.ack(message));
    const processed = await testBed.spans.waitFor(`process ${queue}`);

    processed.toBeRoot().toLinkTo(testBed.spans.named(`publish ${queue}`));
  });

  it('has a span that fails when it is given up', async () => {
    proxy.cut();
    const channel = manage(testBed.waybill()).createChannel();
    const timeout = channel.publish('', queue, 'one', { timeout: 5 });
    await expect(timeout).rejects.toThrow('timeout');
    const closed = channel.sendToQueue(queue, 'two');
    void channel.close();
    await expect(closed).rejects.toThrow('Channel closed');

    const spans = testBed.spans.named(`publish ${queue}`).toHaveCount(2);
    spans.at(0).toHaveFailedWith('Error', 'timeout');
    spans.at(1).toHaveFailedWith('Error', 'Channel closed');
  });
});

it('keeps a thousand tenants apart that publish at once, and loses none, when the connection is cut in the middle', async () => {
  const waybill = testBed.waybill();
  const manager = manage(waybill);
  const channel = manager.createChannel();
  await channel.waitForConnect();
  const tenants = new Tenants();
  let rejected = 0;
  const publish = async (number: number): Promise<void> => {
    const send = (): unknown => channel.sendToQueue(queue, `t${number}`, { persistent: true });
    await tenants.request(`t${number}`, async () => {
      // What was sent and not confirmed is rejected when the connection is lost, and is the application's to send again.
      while ((await Promise.allSettled([send()]))[0]?.status === 'rejected') rejected += 1;
    });
  };
  const numbers = Array.from({ length: 1_000 }, (_, number) => number);
  await Promise.all(numbers.slice(0, 250).map(publish));
  const cutOff = numbers.slice(250, 500).map(publish);
  proxy.cut();
  await until(() => !manager.isConnected());
  const waiting = numbers.slice(500).map(publish);
  const queued = channel.queueLength();
  proxy.mend();
  await Promise.all([...cutOff, ...waiting]);

  const consumer = manage(waybill).createChannel();
  await consumer.consume(queue, (message) => {
    tenants.arrive(String(message.content), message.properties.headers, activeTenant());
    consumer.ack(message);
  });
  await until(() => tenants.arrived.size === 1_000);
  await until(async () => (await testBed.depth(queue)) === 0);

  expect(queued).toBeGreaterThanOrEqual(500);
  expect(rejected).toBeGreaterThan(0);
  expect([...tenants.mixed]).toEqual([]);
  const published = testBed.spans.named(`publish ${queue}`).toHaveCount(1_000 + rejected);
  expect(published.all.filter(({ status }) => status === 'ERROR')).toHaveLength(rejected);
});

describe('one message has one span each way', () => {
  it.each([
    ['the same', true],
    ['another', false],
  ])('also if the channel of amqplib is traced in setup, by %s Waybill', async (_which, isSame) => {
    const waybill = testBed.waybill();
    const channel = manage(waybill).createChannel({
      setup: async (inner: ConfirmChannel) => void traceChannel(inner, isSame ? waybill : testBed.waybill()),
    });
    await channel.publish('', queue, 'one');
    await channel.consume(queue, (message) => channel.ack(message));
    await testBed.spans.waitFor(`process ${queue}`);

    expect(testBed.spans.each.all.map(({ name }) => name)).toEqual([`publish ${queue}`, `process ${queue}`]);
    testBed.spans.named(`process ${queue}`).toBeChildOf(testBed.spans.named(`publish ${queue}`));
  });

  it('also if the connection is there before the manager is traced', async () => {
    const bare = manage();
    await bare.connect();
    const channel = traceAmqpConnectionManager(bare, testBed.waybill()).createChannel({ confirm: false });
    await channel.sendToQueue(queue, 'one');
    await channel.consume(queue, (message) => channel.ack(message));
    await testBed.spans.waitFor(`process ${queue}`);

    expect(testBed.spans.each.all.map(({ name }) => name)).toEqual([`publish ${queue}`, `process ${queue}`]);
  });

  it('also if the connections are traced by another Waybill', async () => {
    const manager = manage(testBed.waybill());
    const connected: unknown[] = [];
    manager.prependListener('connect', ({ connection }) => {
      connected.push(traceConnection(connection as never, testBed.waybill()));
    });
    const channel = manager.createChannel();
    await channel.sendToQueue(queue, 'one');
    await channel.consume(queue, (message) => channel.ack(message));
    await testBed.spans.waitFor(`process ${queue}`);

    expect(connected).toHaveLength(1);
    expect(testBed.spans.each.all.map(({ name }) => name)).toEqual([`publish ${queue}`, `process ${queue}`]);
  });

  it('and so has what setup does with the channel of amqplib', async () => {
    const channel = manage(testBed.waybill()).createChannel({
      setup: async (inner: ConfirmChannel) => {
        await inner.consume(queue, (message) => message && inner.ack(message));
        inner.sendToQueue(queue, Buffer.from('one'));
      },
    });
    await channel.waitForConnect();
    await testBed.spans.waitFor(`process ${queue}`);

    testBed.spans.named(`process ${queue}`).toBeChildOf(testBed.spans.named(`publish ${queue}`));
  });
});

it('ends the span of a message with the promise of its handler', async () => {
  const channel = manage(testBed.waybill()).createChannel();
  const { promise, resolve } = Promise.withResolvers<void>();
  await channel.consume(queue, async (message) => {
    channel.ack(message);
    await promise;
  });
  await channel.sendToQueue(queue, 'one');
  await until(async () => (await testBed.depth(queue)) === 0);
  testBed.spans.named(`process ${queue}`).toHaveCount(0);
  resolve();

  (await testBed.spans.waitFor(`process ${queue}`)).toHaveSucceeded();
});

it('says on the span that a message was returned', async () => {
  const channel = manage(testBed.waybill()).createChannel();
  await channel.publish('amq.direct', 'nowhere', 'one', { mandatory: true });

  const { events } = testBed.spans.named('publish amq.direct:nowhere').only;
  expect(events.map(({ name }) => name)).toEqual(['waybill.message.returned']);
});

describe('a traced manager does what a bare one does', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const everyOption = Object.freeze({
    headers: Object.freeze({ shop: 'north', nested: { depth: 1 } }),
    persistent: true,
    correlationId: 'c-1',
    messageId: 'm-1',
    timeout: 20_000,
  });

  it.each<[string, (channel: ChannelWrapper, manager: AmqpConnectionManager) => unknown]>([
    ['a publish resolves', (channel) => channel.publish('', queue, 'one', everyOption)],
    ['a send resolves', (channel) => channel.sendToQueue(queue, Buffer.from('one'), everyOption)],
    ['content of any type', (channel) => channel.sendToQueue(queue, { toString: () => 'text' })],
    [
      'a publish calls back',
      (channel) =>
        new Promise((resolve) => {
          const returned = channel.publish('', queue, 'one', {}, (...answer) => resolve([answer, returned]));
        }),
    ],
    [
      'a send that fails calls back',
      (channel) =>
        new Promise((resolve) => {
          channel.sendToQueue(queue, 'one', { messageId: 7 } as never, (error) =>
            resolve(describeError(error)),
          );
          void channel.close();
        }),
    ],
    [
      'headers that amqplib refuses',
      (channel) => channel.publish('', queue, 'one', { headers: 3, timeout: 300 } as never),
    ],
    [
      'an exchange that is not there',
      (channel) => channel.publish('nowhere', 'key', 'one', { timeout: 500 }),
    ],
    ['arguments of no use', (channel) => channel.publish(7 as never, null as never, 'one', { timeout: 300 })],
    [
      'content that cannot be encoded',
      async (_, manager) => {
        const json = manager.createChannel({ json: true });
        await json.waitForConnect();
        return [
          await callOutcome(() => json.publish('', queue, circular)),
          await callOutcome(() => json.sendToQueue(queue, circular)),
        ];
      },
    ],
    [
      'consume answers',
      async (channel) => channel.consume(queue, () => undefined, { consumerTag: 'worker' }),
    ],
    ['consume of a queue that is not there', (channel) => channel.consume('nowhere', () => undefined)],
    [
      'messages arrive on what the application has',
      async (channel) => {
        const messages: [unknown, unknown][] = [];
        const options = { noAck: true, prefetch: 3, consumerTag: 'worker' };
        await channel.consume(
          queue,
          function (this: unknown, message: ConsumeMessage) {
            messages.push([shown(message), Object.keys(Object(this)).sort()]);
          },
          options,
        );
        await channel.sendToQueue(queue, 'one', everyOption);
        await until(() => messages.length === 1);
        return messages;
      },
    ],
    [
      'numbers of messages and channels',
      async (channel, manager) => {
        channel.sendToQueue(queue, 'one').catch(() => undefined);
        return [channel.queueLength(), manager.channelCount, channel.name, manager.isConnected()];
      },
    ],
  ])('%s', async (_name, watch) => {
    const outcomes: unknown[] = [];
    for (const waybill of [undefined, testBed.waybill()]) {
      const manager = manage(waybill);
      const channel = manager.createChannel({ name: 'worker' });
      channel.on('error', () => undefined);
      await channel.waitForConnect();
      outcomes.push(await callOutcome(() => watch(channel, manager)));
      await manager.close();
    }

    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});
