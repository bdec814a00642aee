import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callOutcome, describeError, until } from '@waybill/brokers';
import type { BrokerAsPromised, BrokerConfig, Broker as CallbackBroker } from 'rascal';
import { RabbitTestBed } from './rabbit-test-bed.ts';
import { configure, RascalBrokers } from './rascal-test-bed.ts';

let testBed: RabbitTestBed;
let queue: string;
const brokers = new RascalBrokers();
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => {
  queue = testBed.queueName();
});
afterEach(() => brokers.close());

const everyOption = Object.freeze({
  routingKey: 'ignored by queues',
  options: Object.freeze({
    headers: Object.freeze({ shop: 'north', nested: { depth: 1, bytes: Buffer.from('b') } }),
    correlationId: 'c-1',
    messageId: 'm-1',
    priority: 2,
    type: 'order',
  }),
});

/** Frozen, and overridden by the same options again. */
const configured = { headers: { shop: 'south', nested: { kept: true } }, appId: 'shop' };

/** Its types do not know it. */
const promising: object = { promisifyAckOrNack: true };

function config(): BrokerConfig {
  const made = configure(testBed.url, queue);
  const key = 'f81db52a3b2c717fe65d9a3b7dd04d2a08793e1a28e3083db3ea08db56e7c315';
  return {
    ...made,
    publications: {
      ...made.publications,
      configured: { vhost: '/', queue, options: configured },
      secret: { vhost: '/', queue, encryption: 'well-known' },
    },
    subscriptions: {
      ...made.subscriptions,
      promising: { vhost: '/', queue, ...promising },
      counting: { vhost: '/', queue, redeliveries: { counter: 'inMemory', limit: 1 } },
    },
    redeliveries: { counters: { inMemory: { type: 'inMemory', size: 10 } } },
    encryption: { 'well-known': { key, ivLength: 16, algorithm: 'aes-256-cbc' } },
  };
}

/** What arrives in the queue, without the headers that tracing adds. */
async function arrived(): Promise<unknown> {
  await until(async () => (await testBed.depth(queue)) > 0);
  const message = await testBed.admin.get(queue, { noAck: true });
  if (message === false) return message;
  const { properties, content } = message;
  const { deliveryTag, ...fields } = message.fields;
  const { traceparent, tracestate, baggage, waybill, ...headers } = properties.headers ?? {};
  return { fields, properties: { ...properties, headers }, content: String(content) };
}

/** The next message of a subscription, and what its listener is given. */
async function delivered(broker: BrokerAsPromised, name = 'orders', options = {}) {
  const subscription = await broker.subscribe(name, options);
  const errors: unknown[] = [];
  subscription.on('error', (error) => void errors.push(describeError(error)));
  const [message, content, ackOrNack] = await once(subscription, 'message');
  return { subscription, message, content, ackOrNack, errors };
}

/** Publishes, and waits until the broker has called back. */
function published(broker: CallbackBroker): (...args: unknown[]) => Promise<unknown> {
  return (...args) =>
    new Promise((resolve, reject) => {
      const publish = broker.publish as (...given: unknown[]) => void;
      publish.call(broker, ...args, (error: unknown, session: unknown) =>
        error ? reject(error) : resolve(session),
      );
    });
}

/** Ids that are new each time. */
const anyId = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

function comparable(outcome: unknown): unknown {
  const text = JSON.stringify(outcome, (_, value) => (value === undefined ? 'undefined' : value));
  return JSON.parse(
    text
      .replaceAll(queue, 'queue')
      .replaceAll(anyId, 'id')
      .replaceAll(/amq\.ctag-[\w-]+/g, 'consumer'),
  );
}

describe('a traced broker does what a bare one does', () => {
  const withPromises: [string, (broker: BrokerAsPromised) => unknown][] = [
    ['a publication that there is not', (broker) => broker.publish('none', 'one')],
    ['a forward to a publication that there is not', (broker) => broker.forward('none', {})],
    ['a forward of what is no message', (broker) => broker.forward('orders', undefined)],
    ['a forward of what rascal did not deliver', (broker) => broker.forward('orders', { properties: {} })],
    ['a subscription that there is not', (broker) => broker.subscribe('none')],
    ['overrides of no use', (broker) => broker.publish('orders', 'one', 7 as never).then(() => arrived())],
    ...(['orders', 'configured', 'unconfirmed', 'shop'] as const).map(
      (name): [string, (broker: BrokerAsPromised) => unknown] => [
        `a message to ${name} arrives with all its properties`,
        async (broker) => {
          const publication = await broker.publish(
            name,
            { chairs: 1 },
            name === 'shop' ? undefined : everyOption,
          );
          const [id] = await once(publication, 'success');
          return [publication.constructor.name, Object.keys(publication).sort(), typeof id, await arrived()];
        },
      ],
    ),
    [
      'a routing key as the overrides',
      (broker) => broker.publish('shop', 'one', `${queue}.key`).then(() => arrived()),
    ],
    [
      'a listener gets what rascal gives',
      async (broker) => {
        await broker.publish('orders', 'one', everyOption);
        const { message, content, ackOrNack, subscription } = await delivered(broker);
        const { traceparent, waybill, ...headers } = message.properties.headers;
        ackOrNack();
        const names = [subscription.constructor.name, subscription.name];
        return [names, content, headers, message.fields];
      },
    ],
    [
      'an encrypted message is read',
      async (broker) => {
        await broker.publish('secret', { chairs: 1 }, everyOption);
        const { message, content, ackOrNack } = await delivered(broker);
        ackOrNack();
        return [content, message.properties.headers.rascal.encryption.name, message.properties.messageId];
      },
    ],
    [
      'a message that is acknowledged twice',
      async (broker) => {
        await broker.publish('orders', 'one');
        const { ackOrNack, errors } = await delivered(broker);
        const returned = [ackOrNack(), ackOrNack()];
        await until(() => errors.length === 1);
        return [returned, errors];
      },
    ],
    [
      'ackOrNack calls back',
      async (broker) => {
        await broker.publish('orders', 'one');
        const { ackOrNack } = await delivered(broker);
        return new Promise((resolve) => {
          ackOrNack(new Error('no stock'), { strategy: 'nack' }, (...answer: unknown[]) => resolve(answer));
        });
      },
    ],
    [
      'ackOrNack answers by a promise where it is told to',
      async (broker) => {
        await broker.publish('orders', 'one');
        const { ackOrNack } = await delivered(broker, 'promising');
        return [ackOrNack instanceof Promise, await ackOrNack()];
      },
    ],
    [
      'a message comes again as often as it is given back',
      async (broker) => {
        await broker.publish('orders', 'one');
        const subscription = await broker.subscribe('counting');
        const redelivered: unknown[] = [];
        subscription.on('message', (message, _content, ackOrNack) => {
          redelivered.push([message.fields.redelivered, message.properties.headers?.rascal.redeliveries]);
          ackOrNack(new Error('again'), { strategy: 'nack', requeue: true });
        });
        const [error, , ackOrNack] = await once(subscription, 'redeliveries_exceeded');
        ackOrNack();
        return [redelivered, describeError(error)];
      },
    ],
    [
      'a forwarded message keeps what it has',
      async (broker) => {
        await broker.publish('orders', 'one', everyOption);
        const { message, ackOrNack, subscription } = await delivered(broker);
        const before = JSON.stringify(message.properties);
        ackOrNack();
        await subscription.cancel();
        await once(await broker.forward('shop', message), 'success');
        return [JSON.stringify(message.properties) === before, await arrived()];
      },
    ],
    [
      'a filter chooses the subscriptions',
      async (broker) => {
        const sessions = await broker.subscribeAll(({ vhost }) => vhost === '/');
        return sessions.map(({ name }) => name).sort();
      },
    ],
    [
      'a message that nothing takes is returned',
      async (broker) => {
        const publication = await broker.publish('nowhere', 'one');
        const [[returned]] = await Promise.all([once(publication, 'return'), once(publication, 'success')]);
        return returned.fields;
      },
    ],
  ];

  it.each(withPromises)('%s', async (_name, watch) => {
    const outcomes: unknown[] = [];
    for (const waybill of [undefined, testBed.waybill()]) {
      await testBed.admin.deleteQueue(queue);
      const broker = await brokers.open(config(), waybill);
      outcomes.push(comparable(await callOutcome(() => watch(broker))));
      await brokers.close();
    }

    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  const withCallbacks: [string, (broker: CallbackBroker) => unknown][] = [
    [
      'publish calls back, and returns nothing',
      async (broker) => {
        let returned: unknown;
        const publication = await new Promise<NodeJS.EventEmitter>((resolve) => {
          returned = broker.publish('orders', 'one', (_error, session) => resolve(session as never));
        });
        await once(publication, 'success');
        return [returned, await arrived()];
      },
    ],
    [
      'publish with overrides calls back',
      async (broker) => {
        await published(broker)('shop', 'one', `${queue}.key`);
        return arrived();
      },
    ],
    [
      'a publication that there is not calls back',
      (broker) =>
        new Promise((resolve) =>
          broker.publish('none', 'one', (...answer) => resolve(answer.map(describeError))),
        ),
    ],
    ['publish without a callback', (broker) => (broker as never as BrokerAsPromised).publish('none', 'one')],
    ['subscribe without a callback', (broker) => (broker as never as BrokerAsPromised).subscribe('none')],
    [
      'a listener is called on the session',
      async (broker) => {
        await published(broker)('orders', 'one');
        return new Promise((resolve) => {
          broker.subscribe('orders', (_error, session) => {
            session?.on('message', function (this: unknown, ...given) {
              given[2]();
              resolve([this === session, given.length, given[1]]);
            });
          });
        });
      },
    ],
  ];

  it.each(withCallbacks)('%s, of the API with callbacks', async (_name, watch) => {
    const outcomes: unknown[] = [];
    for (const waybill of [undefined, testBed.waybill()]) {
      await testBed.admin.deleteQueue(queue);
      const broker = await brokers.openCallback(config(), waybill);
      outcomes.push(comparable(await callOutcome(() => watch(broker))));
      await brokers.close();
    }

    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});
