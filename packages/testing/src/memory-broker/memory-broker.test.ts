import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { MemoryBroker } from './memory-broker.ts';
import { MemoryBrokerError } from './memory-broker-error.ts';
import type { DeliveredMessage } from './memory-message.ts';

describe('publishing and subscribing', () => {
  it('hands every message of a queue to its handler, in order', async () => {
    const broker = new MemoryBroker({ clock: () => 1_000 });
    const delivered: DeliveredMessage[] = [];
    broker.subscribe('orders', (message) => delivered.push(message));
    const first = await broker.publish('orders', { headers: { shop: 'north' }, body: { order: 1 } });
    const second = await broker.publish('orders', { body: { order: 2 } });
    await broker.publish('reports', { body: 'elsewhere' });
    await broker.idle();

    expect(delivered).toEqual([
      {
        queue: 'orders',
        id: first.id,
        headers: { shop: 'north' },
        body: { order: 1 },
        publishedAt: 1_000,
        attempt: 1,
        receipt: expect.any(String),
      },
      expect.objectContaining({ id: second.id, headers: {}, body: { order: 2 } }),
    ]);
    expect(first.id).not.toBe(second.id);
  });

  it('hands over messages from before the subscription', async () => {
    const broker = new MemoryBroker();
    await broker.publish('orders', { body: 'early' });
    const delivered: unknown[] = [];
    broker.subscribe('orders', ({ body }) => delivered.push(body));
    await broker.idle();

    expect(delivered).toEqual(['early']);
  });

  it('copies messages on their way in and out', async () => {
    const broker = new MemoryBroker();
    const message = { headers: { bytes: Buffer.from('north'), list: ['a'] }, body: { order: 1 } };
    await broker.publish('orders', message);
    message.body.order = 2;
    message.headers.list.push('b');
    message.headers.bytes.write('south');
    const [delivered] = await broker.receive('orders');

    expect(delivered?.body).toEqual({ order: 1 });
    expect(delivered?.headers).toEqual({ bytes: Buffer.from('north'), list: ['a'] });
  });

  it('takes frozen input', async () => {
    const broker = new MemoryBroker();
    await broker.publish('orders', Object.freeze({ headers: Object.freeze({ shop: 'north' }), body: 1 }));

    expect(await broker.receive('orders')).toMatchObject([{ headers: { shop: 'north' } }]);
  });

  it('runs handlers in the context of the subscriber, never in that of the publisher', async () => {
    const broker = new MemoryBroker();
    const place = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    place.run('subscriber', () => {
      broker.subscribe('orders', () => seen.push(place.getStore()));
    });
    // Nothing waits, so that it is the publisher who sets the handler going.
    await new Promise(setImmediate);
    await place.run('publisher', () => broker.publish('orders', { body: 1 }));
    await broker.idle();
    await place.run('publisher', () => broker.publish('orders', { body: 2 }));
    await broker.idle();

    expect(seen).toEqual(['subscriber', 'subscriber']);
  });

  it('runs no more handlers at the same time than asked for', async () => {
    const broker = new MemoryBroker();
    let running = 0;
    let most = 0;
    const handler = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    };
    broker.subscribe('orders', handler, { concurrency: 3 });
    await Promise.all(Array.from({ length: 10 }, () => broker.publish('orders', { body: 1 })));
    await broker.idle();

    expect(most).toBe(3);
  });

  it('hands over no more once a subscription is closed', async () => {
    const broker = new MemoryBroker();
    const delivered: unknown[] = [];
    broker.subscribe('orders', ({ body }) => delivered.push(body)).close();
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    expect(delivered).toEqual([]);
  });
});

describe('batches', () => {
  it('are published to any queues, with the outcome of each message', async () => {
    const refused = new Error('full');
    const broker = new MemoryBroker({
      refuse: (_message, queue) => (queue === 'full' ? refused : undefined),
    });
    const results = await broker.publishBatch([
      { queue: 'orders', body: 1 },
      { queue: 'full', body: 2 },
      { queue: 'reports', body: 3 },
    ]);

    expect(results).toEqual([{ id: expect.any(String) }, { error: refused }, { id: expect.any(String) }]);
    expect(await broker.receive('orders')).toMatchObject([{ id: results[0]?.id, body: 1 }]);
    expect(await broker.receive('reports')).toMatchObject([{ id: results[2]?.id, body: 3 }]);
  });

  it('are handed over with all waiting messages, up to a size', async () => {
    const broker = new MemoryBroker();
    await broker.publishBatch([1, 2, 3, 4, 5].map((body) => ({ queue: 'orders', body })));
    const batches: unknown[] = [];
    broker.subscribeBatch('orders', (messages) => batches.push(messages.map(({ body }) => body)), {
      size: 3,
    });
    await broker.idle();

    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('are delivered again as a whole when their handler fails', async () => {
    const broker = new MemoryBroker();
    await broker.publishBatch([1, 2].map((body) => ({ queue: 'orders', body })));
    const attempts: number[][] = [];
    broker.subscribeBatch('orders', (messages) => {
      attempts.push(messages.map(({ attempt }) => attempt));
      if (attempts.length === 1) throw new Error('not yet');
    });
    await broker.idle();

    expect(attempts).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});

describe('redelivery', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no stock');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no stock'))],
  ])('happens when a handler %s, with the number of the attempt', async (_title, fail) => {
    const broker = new MemoryBroker();
    const deliveries: DeliveredMessage[] = [];
    const failures: unknown[] = [];
    broker.subscribe(
      'orders',
      (message) => {
        deliveries.push(message);
        return message.attempt === 1 ? fail() : undefined;
      },
      { onError: (error, messages) => failures.push([error, messages]) },
    );
    const { id } = await broker.publish('orders', { headers: { shop: 'north' }, body: 1 });
    await broker.idle();

    expect(deliveries).toMatchObject([
      { id, attempt: 1, headers: { shop: 'north' } },
      { id, attempt: 2, headers: { shop: 'north' } },
    ]);
    expect(deliveries[0]?.receipt).not.toBe(deliveries[1]?.receipt);
    expect(deliveries[0]?.publishedAt).toBe(deliveries[1]?.publishedAt);
    expect(failures).toEqual([[new Error('no stock'), [deliveries[0]]]]);
  });

  it('ends in the dead letter queue, where attempts start at 1', async () => {
    const broker = new MemoryBroker({ maxAttempts: 2 });
    let attempts = 0;
    broker.subscribe('orders', () => {
      attempts += 1;
      throw new Error('no stock');
    });
    const { id } = await broker.publish('orders', { headers: { shop: 'north' }, body: 1 });
    await broker.idle();

    expect(attempts).toBe(2);
    expect(await broker.receive('orders.dead-letters')).toMatchObject([
      { id, queue: 'orders.dead-letters', headers: { shop: 'north' }, attempt: 1 },
    ]);
  });
});

describe('pulling', () => {
  it('takes waiting messages and keeps them in flight until they are acknowledged', async () => {
    const broker = new MemoryBroker();
    await broker.publishBatch([1, 2, 3].map((body) => ({ queue: 'orders', body })));
    const [first, second] = await broker.receive('orders', 2);
    if (first === undefined || second === undefined) throw new Error('Nothing was received.');
    await broker.ack(first);
    await broker.release(second);

    expect(await broker.receive('orders')).toMatchObject([
      { body: 3, attempt: 1 },
      { body: 2, attempt: 2 },
    ]);
    expect(await broker.receive('orders')).toEqual([]);
    await expect(broker.ack(first)).rejects.toThrow(MemoryBrokerError);
    await expect(broker.release(second)).rejects.toThrow(
      `No message is in flight with the receipt ${second.receipt}.`,
    );
  });

  it('acknowledges batches, with the outcome of each message', async () => {
    const broker = new MemoryBroker();
    await broker.publishBatch([1, 2].map((body) => ({ queue: 'orders', body })));
    const messages = await broker.receive('orders');
    await broker.ack(messages[0] as DeliveredMessage);

    expect(await broker.ackBatch('orders', messages)).toEqual([
      { error: expect.any(MemoryBrokerError) },
      { id: messages[1]?.id },
    ]);
  });
});

describe('a broker with options', () => {
  it('delivers text headers as buffers', async () => {
    const broker = new MemoryBroker({ headersAsBytes: true });
    await broker.publish('orders', { headers: { shop: 'north', tags: ['a', 'b'] }, body: 1 });

    expect((await broker.receive('orders'))[0]?.headers).toEqual({
      shop: Buffer.from('north'),
      tags: [Buffer.from('a'), Buffer.from('b')],
    });
  });

  it('gives messages no publish time', async () => {
    const broker = new MemoryBroker({ timestamps: false });
    await broker.publish('orders', { body: 1 });

    expect((await broker.receive('orders'))[0]?.publishedAt).toBeUndefined();
  });

  it.each([
    ['names', { names: 1 }, { a: '1' }, { a: '1', b: '2' }],
    ['bytes', { bytes: 6 }, { shop: 'ab' }, { shop: 'äb' }],
    ['bytes', { bytes: 3 }, { a: ['1', '2'] }, { a: ['1', Buffer.from('23')] }],
    ['emptyValues', { emptyValues: false }, { a: '1' }, { a: '' }],
  ])('refuses headers over the limit "%s"', async (limit, headerLimits, within, over) => {
    const broker = new MemoryBroker({ headerLimits });
    await broker.publish('orders', { headers: within, body: 1 });

    await expect(broker.publish('orders', { headers: over, body: 1 })).rejects.toThrow(
      `The headers of the message exceed the limit "${limit}".`,
    );
    expect(await broker.receive('orders')).toHaveLength(1);
  });

  it('refuses messages', async () => {
    const refusal = new Error('full');
    const broker = new MemoryBroker({ refuse: ({ body }) => (body === 2 ? refusal : undefined) });
    await broker.publish('orders', { body: 1 });

    await expect(broker.publish('orders', { body: 2 })).rejects.toBe(refusal);
  });

  it('fails every call once it is closed', async () => {
    const broker = new MemoryBroker();
    await broker.publish('orders', { body: 1 });
    const [message] = await broker.receive('orders');
    const delivered: unknown[] = [];
    broker.subscribe('orders', (each) => delivered.push(each));
    broker.close();

    const closed = 'The connection to the broker is closed.';
    await expect(broker.publish('orders', { body: 2 })).rejects.toThrow(closed);
    await expect(broker.publishBatch([])).rejects.toThrow(closed);
    await expect(broker.receive('orders')).rejects.toThrow(closed);
    await expect(broker.ack(message as DeliveredMessage)).rejects.toThrow(closed);
    await expect(broker.ackBatch('orders', [])).rejects.toThrow(closed);
    await expect(broker.release(message as DeliveredMessage)).rejects.toThrow(closed);
    expect(() => broker.subscribe('orders', () => undefined)).toThrow(closed);
    await broker.idle();
    expect(delivered).toEqual([]);
  });
});
