import { once } from 'node:events';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@waybill/brokers';
import type { AckOrNack, Recovery, SubscriberSessionAsPromised } from 'rascal';
import { traceConnection } from '../src/index.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';
import { configure, RascalBrokers } from './rascal-test-bed.ts';
import { activeTenant, Tenants } from './tenants.ts';

let testBed: RabbitTestBed;
let proxy: CuttableProxy;
let queue: string;
const brokers = new RascalBrokers();
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
  proxy = await startCuttableProxy(testBed.url);
});
afterAll(async () => {
  await proxy.close();
  await testBed.close();
});
beforeEach(() => {
  testBed.spans.clear();
  queue = testBed.queueName();
});
afterEach(async () => {
  proxy.mend();
  await brokers.close();
  jest.restoreAllMocks();
});

/** A message, by the types that those of rascal bring along. */
interface Delivered {
  readonly properties: { readonly headers?: Readonly<Record<string, unknown>> | undefined };
}

const config = (options?: object) => configure(proxy.url, queue, options);

/** Publishes until a broker has it: a publication fails when its connection is lost. */
async function publishUntilConfirmed(
  publish: () => Promise<NodeJS.EventEmitter>,
  onSuccess: () => void,
): Promise<number> {
  for (let failed = 0; ; failed += 1) {
    const publication = await publish();
    const confirmed = await new Promise<boolean>((resolve) => {
      publication.on('success', () => {
        onSuccess();
        resolve(true);
      });
      publication.on('error', () => resolve(false));
    });
    if (confirmed) return failed;
  }
}

it('keeps a thousand tenants apart that publish at once, and loses none, when the connection is cut in the middle', async () => {
  const waybill = testBed.waybill();
  const broker = await brokers.open(config(), waybill);
  const tenants = new Tenants();
  const strangers = new Set<string>();
  let confirmed = 0;
  const publish = (number: number): Promise<number> =>
    tenants.request(`t${number}`, () =>
      publishUntilConfirmed(
        () => broker.publish('orders', { tenant: `t${number}` }),
        () => {
          if (activeTenant().tenant !== `t${number}`) strangers.add(`t${number}`);
          confirmed += 1;
        },
      ),
    );
  const numbers = Array.from({ length: 1_000 }, (_, number) => number);
  const before = numbers.slice(0, 500).map(publish);
  await until(() => confirmed > 100);
  const disconnected = once(broker, 'disconnect');
  proxy.cut();
  await disconnected;
  const after = numbers.slice(500).map(publish);
  proxy.mend();
  const failures = (await Promise.all([...before, ...after])).reduce((sum, failed) => sum + failed, 0);

  const subscription = await broker.subscribe('orders');
  subscription.on('message', (message, content, ackOrNack) => {
    tenants.arrive(content.tenant, message.properties.headers, activeTenant());
    ackOrNack();
  });
  await until(() => tenants.arrived.size === 1_000);
  await until(async () => (await testBed.depth(queue)) === 0);

  expect(proxy.connections).toBeGreaterThan(1);
  expect([[...tenants.mixed], [...strangers]]).toEqual([[], []]);
  testBed.spans.named(`publish ${queue}`).toHaveCount(1_000 + failures);
});

describe('listeners', () => {
  it.each(['promises', 'callbacks'])(
    'of a session of the API with %s run in the span of their message',
    async (api) => {
      const waybill = testBed.waybill();
      const tenants = new Tenants();
      const seen: unknown[] = [];
      const onMessage = (message: Delivered, content: unknown, ackOrNack: AckOrNack): void => {
        tenants.arrive(String(content), message.properties.headers, activeTenant());
        seen.push(content);
        ackOrNack();
      };
      if (api === 'promises') {
        const broker = await brokers.open(config(), waybill);
        await tenants.request('acme', () => broker.publish('shop', 'acme'));
        (await broker.subscribe('orders')).on('message', onMessage);
      } else {
        const broker = await brokers.openCallback(config(), waybill);
        tenants.request('acme', () => broker.publish('shop', 'acme', () => undefined));
        broker.subscribeAll(
          ({ vhost }) => vhost === '/',
          (_error, sessions) => {
            for (const session of sessions ?? [])
              if (session.name === 'orders') session.on('message', onMessage);
          },
        );
      }
      const processed = await testBed.spans.waitFor(`process amq.topic:${queue}.created:${queue}`);

      processed.toBeChildOf(testBed.spans.named(`publish amq.topic:${queue}.created`)).toHaveSucceeded();
      expect([seen, [...tenants.mixed]]).toEqual([['acme'], []]);
    },
  );

  it('that are removed hear no more', async () => {
    const broker = await brokers.open(config(), testBed.waybill());
    const subscription = await broker.subscribe('orders');
    const [removed, kept]: unknown[][] = [[], []];
    const listener = (message: Delivered, _content: unknown, ackOrNack: AckOrNack): void => {
      removed?.push(message);
      ackOrNack();
    };
    subscription.on('message', listener);
    await broker.publish('orders', 'one');
    await until(() => removed?.length === 1);
    subscription.removeListener('message', listener);
    subscription.on('message', (message, _content, ackOrNack) => {
      kept?.push(message);
      ackOrNack();
    });
    await broker.publish('orders', 'two');
    await until(() => kept?.length === 1);

    expect(removed).toHaveLength(1);
    expect(subscription.listenerCount('message')).toBe(1);
  });

  it('that fail, and messages that nothing acknowledged, show on the spans', async () => {
    const broker = await brokers.open(config(), testBed.waybill());
    const subscription = await broker.subscribe('orders');
    let handled = 0;
    subscription.on('message', () => {
      handled += 1;
    });
    subscription.on('error', () => undefined);
    await broker.publish('orders', 'one');
    await until(() => handled === 1);
    testBed.spans.named(`process ${queue}`).toHaveCount(0);
    proxy.cut();

    (await testBed.spans.waitFor(`process ${queue}`)).toHaveAttributes({
      'waybill.message.outcome': 'unsettled',
    });
  });

  it('of content that cannot be read run in the span of the message, too', async () => {
    const broker = await brokers.open(config(), testBed.waybill());
    const subscription = await broker.subscribe('orders');
    subscription.on('message', () => undefined);
    subscription.on('invalid_content', (error, _message, ackOrNack) => ackOrNack(error));
    await broker.publish('orders', Buffer.from('{'), { options: { contentType: 'application/json' } });
    const processed = await testBed.spans.waitFor(`process ${queue}`);

    processed.toBeChildOf(testBed.spans.named(`publish ${queue}`));
    processed.toHaveAttributes({ 'error.type': 'SyntaxError', 'waybill.message.outcome': 'failed' });
  });

  it('without acknowledgements have a span that lasts as long as their promise', async () => {
    const broker = await brokers.open(config(), testBed.waybill());
    const subscription = await broker.subscribe('orders', { options: { noAck: true } });
    const { promise, resolve } = Promise.withResolvers<void>();
    let handled = 0;
    subscription.on('message', async () => {
      handled += 1;
      await promise;
    });
    await broker.publish('orders', 'one');
    await until(() => handled === 1);
    testBed.spans.named(`process ${queue}`).toHaveCount(0);
    resolve();

    (await testBed.spans.waitFor(`process ${queue}`)).toHaveSucceeded();
  });
});

describe('ackOrNack says what becomes of the message', () => {
  const failure = Object.assign(new RangeError('no stock'), { code: 'stock' });
  const fallback = [{ strategy: 'republish', attempts: 1 }, { strategy: 'nack' }] as Recovery[];

  it.each<[string, (ackOrNack: AckOrNack) => void, outcomes: unknown[]]>([
    ['acknowledged', (ackOrNack) => ackOrNack(), [undefined]],
    ['failed', (ackOrNack) => ackOrNack(failure), ['dead-lettered']],
    ['rejected', (ackOrNack) => ackOrNack(failure, { strategy: 'nack' }), ['dead-lettered']],
    [
      'acknowledged although it failed',
      (ackOrNack) => ackOrNack(failure, { strategy: 'ack' }),
      ['dead-lettered'],
    ],
    ['republished, then rejected', (ackOrNack) => ackOrNack(failure, fallback), ['retry', 'dead-lettered']],
  ])('%s', async (_name, settle, outcomes) => {
    const dead = await testBed.queue();
    const options = { arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead } };
    const broker = await brokers.open(config(options), testBed.waybill());
    const subscription = await broker.subscribe('orders');
    subscription.on('message', (_message, _content, ackOrNack) => settle(ackOrNack));
    await broker.publish('orders', 'one');
    await until(() => testBed.spans.named(`process ${queue}`).count === outcomes.length);
    await until(async () => (await testBed.depth(queue)) === 0);

    expect(
      testBed.spans.named(`process ${queue}`).all.map((span) => span.attributes['waybill.message.outcome']),
    ).toEqual(outcomes);
    if (outcomes[0] !== undefined)
      testBed.spans.named(`process ${queue}`).at(0).toHaveFailedWith('RangeError', 'no stock');
    const isDead = outcomes.at(-1) === 'dead-lettered' ? 1 : 0;
    await until(async () => (await testBed.depth(dead)) === isDead);
  });

  it('forwarded, in the trace of the handler', async () => {
    const broker = await brokers.open(config(), testBed.waybill());
    const subscription = await broker.subscribe('orders');
    const forwarded = new Set<unknown>();
    subscription.on('message', async (message: Delivered, content: unknown, ackOrNack) => {
      forwarded.add(message.properties.headers?.traceparent);
      if (content === 'one' && forwarded.size === 1)
        await once(await broker.forward('shop', message), 'success');
      ackOrNack();
    });
    await broker.publish('orders', 'one');
    await until(() => forwarded.size === 2);

    // The first delivery ends after the forwarded message was confirmed, which may be after that was handled.
    const first = await testBed.spans.waitFor(`process ${queue}`);
    const sent = (await testBed.spans.waitFor(`publish amq.topic:${queue}.created`)).toBeChildOf(first);
    (await testBed.spans.waitFor(`process amq.topic:${queue}.created:${queue}`)).toBeChildOf(sent);
  });
});

describe('the span of a publish', () => {
  it('says that the message was returned', async () => {
    const broker = await brokers.open(config(), testBed.waybill());
    await once(await broker.publish('nowhere', 'one'), 'success');

    const { events } = testBed.spans.named('publish amq.topic:nowhere').only;
    expect(events.map(({ name }) => name)).toEqual(['waybill.message.returned']);
  });

  it('fails when it is aborted', async () => {
    const broker = await brokers.open(config(), testBed.waybill());
    const disconnected = once(broker, 'disconnect');
    proxy.cut();
    await disconnected;
    const publication = await broker.publish('orders', 'one');
    publication.on('error', () => undefined);
    publication.abort();

    testBed.spans.named(`publish ${queue}`).toHaveFailedWith('Error', 'publication aborted');
  });
});

describe('channels of rascal that are traced by themselves', () => {
  const callbacks = createRequire(import.meta.url)('amqplib/callback_api');
  const connectBare = callbacks.connect;

  /** Traces what rascal connects, as a program does that traces every connection. */
  function traceEveryConnection(waybill: ReturnType<RabbitTestBed['waybill']>): void {
    jest.spyOn(callbacks, 'connect').mockImplementation((...args: unknown[]) => {
      const connected = args.pop() as (error: unknown, connection: unknown) => void;
      connectBare(...args, (error: unknown, connection: never) =>
        connected(error, connection && traceConnection(connection, waybill)),
      );
    });
  }

  it.each([
    ['the same', true],
    ['another', false],
  ])(
    'have one span each way for a message of a broker that is traced by %s Waybill',
    async (_which, isSame) => {
      const waybill = testBed.waybill();
      traceEveryConnection(waybill);
      const broker = await brokers.open(config(), isSame ? waybill : testBed.waybill());
      const warn = jest.spyOn(process, 'emitWarning');
      const tenants = new Tenants();
      await tenants.request('acme', () => broker.publish('orders', 'acme'));
      await tenants.request('initech', () => broker.publish('unconfirmed', 'initech'));
      const subscription: SubscriberSessionAsPromised = await broker.subscribe('orders');
      let handled = 0;
      subscription.on('message', (message, content, ackOrNack) => {
        tenants.arrive(content, message.properties.headers, activeTenant());
        handled += 1;
        ackOrNack();
      });
      await until(() => handled === 2);
      await until(async () => (await testBed.depth(queue)) === 0);

      testBed.spans.named(`publish ${queue}`).toHaveCount(2);
      testBed.spans.named(`process ${queue}`).toHaveCount(2);
      expect([...tenants.mixed]).toEqual([]);
      expect(warn).not.toHaveBeenCalled();
    },
  );

  it('send neither the trace nor the tenant of whatever waited, and warn once, without one', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    traceEveryConnection(testBed.waybill());
    const broker = await brokers.open(config());
    const tenants = new Tenants();
    await Promise.all(
      Array.from({ length: 30 }, (_, number) =>
        tenants.request(`t${number}`, async () =>
          once(await broker.publish('orders', `t${number}`), 'success'),
        ),
      ),
    );
    const headers: unknown[] = [];
    for (let count = 0; count < 30; count += 1) {
      const message = await testBed.admin.get(queue, { noAck: true });
      headers.push(Object.keys(Object(message).properties.headers).sort());
    }

    expect(headers).toEqual(Array(30).fill(['traceparent', 'waybill']));
    testBed.spans.named(`publish ${queue}`).toHaveCount(30).each.toBeRoot();
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining('traceRascalBroker'),
        { type: 'WaybillWarning', code: 'WAYBILL_CHANNEL_POOL' },
      ],
    ]);
  });
});
