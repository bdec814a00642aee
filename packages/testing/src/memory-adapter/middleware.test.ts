import { describe, expect, it } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { WaybillError } from '@waybill/core';
import { active, tracedBroker, withBaggage } from '../../test/traced-broker.ts';

describe('publish middleware', () => {
  it('runs around the call, the first one outermost, before there is a span', async () => {
    const { broker, waybill, spans } = tracedBroker();
    const steps: string[] = [];
    for (const name of ['outer', 'inner']) {
      waybill.use({
        async publish(_call, next) {
          steps.push(`${name} before, ${spans.drawing === 'No span was recorded.' ? 'no span' : 'a span'}`);
          await next();
          steps.push(`${name} after`);
        },
      });
    }
    await broker.publish('orders', { body: 1 });

    expect(steps).toEqual(['outer before, no span', 'inner before, no span', 'inner after', 'outer after']);
    spans.named('send orders').toHaveSucceeded();
  });

  it('may set headers and baggage, and leaves the result as it is', async () => {
    const { broker, waybill, drain } = tracedBroker();
    waybill.use({
      publish({ system, messages, batch }, next) {
        for (const message of messages) message.headers.set('x-call', `${system} ${String(batch)}`);
        const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
        return context.with(propagation.setBaggage(context.active(), baggage), next);
      },
    });
    const headers = Object.freeze({ 'X-Call': 'own' });
    const { id } = await broker.publish('orders', { headers, body: 1 });

    const [seen] = await drain('orders');
    expect(id).toEqual(expect.any(String));
    expect(seen?.headers).toMatchObject({ 'x-call': 'memory false', baggage: 'tenant=acme' });
    expect(seen?.headers).not.toHaveProperty('X-Call');
    expect(seen?.baggage).toEqual({ tenant: 'acme' });
  });

  it('sees the messages of its own queues only, and is left out of other calls', async () => {
    const { broker, waybill } = tracedBroker();
    const seen: string[][] = [];
    waybill.use('memory:order*', {
      publish({ messages }, next) {
        seen.push(messages.map(({ queueKey }) => queueKey));
        return next();
      },
    });
    await broker.publishBatch(['orders', 'reports', 'order-lines'].map((queue) => ({ queue, body: 1 })));
    await broker.publish('reports', { body: 1 });

    expect(seen).toEqual([['orders', 'order-lines']]);
  });

  it('that throws stops the call, with its own error', async () => {
    const { broker, waybill, spans } = tracedBroker();
    const error = new RangeError('not today');
    waybill.use({
      publish() {
        throw error;
      },
    });

    await expect(broker.publish('orders', { body: 1 })).rejects.toBe(error);
    expect(await broker.receive('orders')).toEqual([]);
    spans.each.toHaveCount(0);
  });

  it('that does not call next() is an error that names it', async () => {
    const { broker, waybill } = tracedBroker();
    waybill.use({ name: 'forgetful', publish: () => undefined });
    const failure = await broker.publish('orders', { body: 1 }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(WaybillError);
    expect(failure).toMatchObject({
      code: 'middleware-without-next',
      message: expect.stringContaining('"forgetful"'),
    });
    expect(await broker.receive('orders')).toEqual([]);
  });

  it('that calls next() twice is an error that names it, and nothing is sent twice', async () => {
    const { broker, waybill } = tracedBroker();
    waybill.use({
      name: 'eager',
      async publish(_call, next) {
        await next();
        await next();
      },
    });
    const failure = await broker.publish('orders', { body: 1 }).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'middleware-next-twice',
      message: expect.stringContaining('"eager"'),
    });
    expect(await broker.receive('orders')).toHaveLength(1);
  });
});

describe('consume middleware', () => {
  it('runs around the handler, the first one outermost, in the context of the message', async () => {
    const { broker, waybill, spans } = tracedBroker();
    const steps: unknown[] = [];
    for (const name of ['outer', 'inner']) {
      waybill.use({
        consume({ messages }, next) {
          steps.push([name, messages.map(({ id }) => id), active()]);
          return next();
        },
      });
    }
    broker.subscribe('orders', () => steps.push(['handler', active()]));
    const { id } = await withBaggage({ tenant: 'acme' }, () => broker.publish('orders', { body: 1 }));
    await broker.idle();

    const inside = { spanId: spans.named('process orders').only.spanId, baggage: { tenant: 'acme' } };
    expect(steps).toEqual([
      ['outer', [id], inside],
      ['inner', [id], inside],
      ['handler', inside],
    ]);
  });

  it('that throws fails the delivery like a handler', async () => {
    const { broker, waybill, spans } = tracedBroker({ broker: { maxAttempts: 1 } });
    const error = new RangeError('not today');
    const failures: unknown[] = [];
    let handled = 0;
    waybill.use({
      consume() {
        throw error;
      },
    });
    broker.subscribe('orders', () => (handled += 1), { onError: (failure) => failures.push(failure) });
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    expect(failures[0]).toBe(error);
    expect(handled).toBe(0);
    spans.named('process orders').toHaveFailedWith('RangeError', 'not today');
  });

  it('that does not call next() skips the handler, and the span says by whom', async () => {
    const { broker, waybill, spans } = tracedBroker();
    let handled = 0;
    waybill.use({ name: 'deduplicator', consume: () => undefined });
    broker.subscribe('orders', () => (handled += 1));
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    expect(handled).toBe(0);
    spans
      .named('process orders')
      .toHaveSucceeded()
      .toHaveAttributes({ 'waybill.skipped_by': 'deduplicator' });
  });

  it('that calls next() twice fails the delivery, and nothing is handled twice', async () => {
    const { broker, waybill, spans } = tracedBroker({ broker: { maxAttempts: 1 } });
    let handled = 0;
    waybill.use({
      name: 'eager',
      async consume(_delivery, next) {
        await next();
        await next();
      },
    });
    broker.subscribe('orders', () => (handled += 1));
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    expect(handled).toBe(1);
    spans.named('process orders').toHaveFailedWith('WaybillError');
  });

  it('runs once around a batch', async () => {
    const { broker, waybill } = tracedBroker();
    const seen: unknown[] = [];
    waybill.use({
      consume({ messages, batch }, next) {
        seen.push([messages.length, batch]);
        return next();
      },
    });
    await broker.publishBatch([1, 2, 3].map((body) => ({ queue: 'orders', body })));
    broker.subscribeBatch('orders', () => undefined);
    await broker.idle();

    expect(seen).toEqual([[3, true]]);
  });
});
