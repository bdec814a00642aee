import { describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { active, tracedBroker, withBaggage } from '../../test/traced-broker.ts';
import type { DeliveredMessage } from '../memory-broker/memory-message.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a handler', () => {
  it('gets what the bare client hands it', async () => {
    const { broker } = tracedBroker();
    const calls: unknown[][] = [];
    broker.subscribe('orders', (...args) => calls.push(args));
    const { id } = await broker.publish('orders', { body: { order: 1 } });
    await broker.idle();

    expect(calls).toEqual([[expect.objectContaining({ id, body: { order: 1 } })]]);
  });

  it.each<[title: string, fail: (error: Error) => unknown]>([
    [
      'throws',
      (error) => {
        throw error;
      },
    ],
    ['rejects', (error) => Promise.reject(error)],
    [
      'rejects later',
      async (error) => {
        await new Promise(setImmediate);
        throw error;
      },
    ],
  ])('that %s marks its span, and the client gets the same error', async (_title, fail) => {
    const { broker, spans } = tracedBroker({ broker: { maxAttempts: 1 } });
    const error = new RangeError('no stock');
    const failures: unknown[] = [];
    broker.subscribe('orders', () => fail(error), { onError: (failure) => failures.push(failure) });
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    expect(failures).toHaveLength(1);
    expect(failures[0]).toBe(error);
    spans.named('process orders').toHaveFailedWith('RangeError', 'no stock');
    expect(spans.named('process orders').only.events).toMatchObject([{ name: 'exception' }]);
  });

  it('is timed until it settles', async () => {
    const { broker, spans } = tracedBroker();
    const inside: number[] = [];
    broker.subscribe('orders', async () => {
      await new Promise(setImmediate);
      inside.push(spans.named('process orders').count);
    });
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    expect(inside).toEqual([0]);
    spans.named('process orders').toHaveCount(1);
  });

  it('leaves nothing attached', async () => {
    const { broker, spans } = tracedBroker({ broker: { maxAttempts: 1 } });
    const before = context.active();
    const afterwards: unknown[] = [];
    const onError = (): unknown => afterwards.push(active());
    const fail = (): never => {
      throw new Error('no stock');
    };
    broker.subscribe('orders', fail, { onError });
    broker.subscribe('reports', () => new Promise(setImmediate).then(fail), { onError });
    await withBaggage({ tenant: 'acme' }, () => broker.publish('orders', { body: 1 }));
    await withBaggage({ tenant: 'acme' }, () => broker.publish('reports', { body: 2 }));
    await broker.idle();

    spans.named('process orders').toHaveFailedWith('Error');
    spans.named('process reports').toHaveFailedWith('Error');
    expect(context.active()).toBe(before);
    expect(afterwards).toEqual([
      { spanId: undefined, baggage: {} },
      { spanId: undefined, baggage: {} },
    ]);
  });

  it('has nothing of the span and the baggage that were active when it was subscribed', async () => {
    const { broker, spans, tracer } = tracedBroker();
    const seen: unknown[] = [];
    withBaggage({ startup: 'yes' }, () =>
      tracer.startActiveSpan('startup', (startup) => {
        broker.subscribe('orders', () => seen.push(active().baggage));
        startup.end();
      }),
    );
    await context.with(ROOT_CONTEXT, () => broker.publish('orders', { body: 1 }));
    await broker.idle();

    expect(seen).toEqual([{}]);
    spans.named('process orders').toBeChildOf(spans.named('send orders')).toHaveLinks(0);
  });

  it('links to an ambient span that is still recording', async () => {
    const { broker, spans, tracer } = tracedBroker();
    await tracer.startActiveSpan('poll loop', async (loop) => {
      broker.subscribe('orders', () => undefined);
      await context.with(ROOT_CONTEXT, () => broker.publish('orders', { body: 1 }));
      await broker.idle();
      loop.end();
    });

    spans
      .named('process orders')
      .toBeChildOf(spans.named('send orders'))
      .toHaveLinks(1)
      .toLinkTo(spans.named('poll loop'), { 'waybill.link.to': 'ambient' });
  });

  it('also links to its parent, where that is asked for', async () => {
    const { broker, spans, drain } = tracedBroker({ waybill: { alsoLinkParent: true } });
    await broker.publish('orders', { body: 1 });
    await drain('orders');

    spans
      .named('process orders')
      .toBeChildOf(spans.named('send orders'))
      .toLinkTo(spans.named('send orders'));
  });
});

describe('a redelivery', () => {
  it('follows the same rule, and links to the attempt before', async () => {
    const { broker, spans } = tracedBroker();
    broker.subscribe('orders', ({ attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    });
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    const attempts = spans.named('process orders').toHaveCount(3);
    attempts.each.toBeChildOf(spans.named('send orders'));
    attempts.at(0).toHaveFailedWith('Error', 'not yet').toHaveLinks(0);
    attempts
      .at(1)
      .toHaveLinks(1)
      .toLinkTo(attempts.at(0), { 'waybill.link.to': 'previous-attempt', 'waybill.message.attempt': 1 })
      .toHaveAttributes({ 'waybill.message.attempt': 2 });
    attempts
      .at(2)
      .toHaveLinks(1)
      .toLinkTo(attempts.at(1), { 'waybill.link.to': 'previous-attempt', 'waybill.message.attempt': 2 })
      .toHaveSucceeded();
  });

  it('that is late links to both its creation and the attempt before', async () => {
    const { broker, spans, clock } = tracedBroker();
    broker.subscribe('orders', ({ attempt }) => {
      clock.now += 61_000;
      if (attempt === 1) throw new Error('not yet');
    });
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    const [first, second] = [spans.named('process orders').at(0), spans.named('process orders').at(1)];
    first.toBeChildOf(spans.named('send orders'));
    second.toBeRoot().toHaveLinks(2).toLinkTo(spans.named('send orders')).toLinkTo(first);
  });

  it('from the dead letters keeps the age of the first publish, and its journey', async () => {
    const { broker, spans, clock, drain } = tracedBroker({ broker: { maxAttempts: 1 } });
    broker.subscribe('orders', () => {
      throw new Error('no stock');
    });
    await broker.publish('orders', { body: 1 });
    await broker.idle();
    clock.now += 7_200_000;
    await drain('orders.dead-letters');

    spans
      .named('process orders.dead-letters')
      .toBeRoot()
      .toLinkTo(spans.named('send orders'), { 'waybill.message.age': 7_200 })
      .toHaveAttributes({
        'waybill.journey.id': spans.named('send orders').only.traceId,
        'waybill.message.attempt': 1,
      });
  });
});

describe('headers as the broker delivers them', () => {
  it('may be buffers', async () => {
    const { broker, spans, drain } = tracedBroker({ broker: { headersAsBytes: true } });
    await withBaggage({ tenant: 'Łódź' }, () => broker.publish('orders', { body: 1 }));
    const [seen] = await drain('orders');

    spans.named('process orders').toBeChildOf(spans.named('send orders'));
    spans.named('process orders').toHaveAttributes({ 'waybill.message.age.source': 'waybill' });
    expect(seen?.baggage).toEqual({ tenant: 'Łódź' });
  });

  it('may be repeated: lists are joined, copies of a context are one', async () => {
    const { spans, drain, publishUntraced } = tracedBroker();
    await publishUntraced('orders', {
      headers: { traceparent, tracestate: ['a=1', 'b=2'], baggage: ['tenant=acme', 'plan=big'] },
      body: 1,
    });
    await publishUntraced('orders', { headers: { traceparent: [traceparent, traceparent] }, body: 2 });
    const [first] = await drain('orders');

    expect(first?.baggage).toEqual({ tenant: 'acme', plan: 'big' });
    spans.named('process orders').at(0).toHaveAttributes({ 'waybill.relation': 'parent' });
    spans.named('process orders').at(1).toHaveAttributes({ 'waybill.relation': 'parent' });
  });

  it('may be spelt in any case', async () => {
    const { spans, drain, publishUntraced } = tracedBroker();
    await publishUntraced('orders', {
      headers: { TraceParent: traceparent, BAGGAGE: 'tenant=acme' },
      body: 1,
    });

    expect((await drain('orders'))[0]?.baggage).toEqual({ tenant: 'acme' });
    expect(spans.named('process orders').only.parentSpanId).toBe('b7ad6b7169203331');
  });
});

describe('a batch', () => {
  it('is handled in a root that links to every message', async () => {
    const { broker, spans, clock } = tracedBroker();
    const { id } = await broker.publish('orders', { body: 1 });
    await broker.publish('orders', { body: 2 });
    clock.now += 1_500;
    const seen: unknown[] = [];
    broker.subscribeBatch('orders', (messages) => seen.push([messages.length, active()]));
    await broker.idle();

    const batch = spans
      .named('process orders')
      .toBeRoot()
      .toHaveKind('CONSUMER')
      .toHaveLinks(2)
      .toHaveAttributes({
        'messaging.batch.message_count': 2,
        'messaging.message.id': undefined,
        'waybill.relation': 'link',
        'waybill.relation.reason': 'batch',
        'waybill.batch.unlinked_messages': undefined,
      })
      .toLinkTo(spans.named('send orders').each, {
        'waybill.link.to': 'creation',
        'waybill.message.age': 1.5,
      })
      .toLinkTo(spans.named('send orders').at(0), { 'messaging.message.id': id });
    expect(seen).toEqual([[2, { spanId: batch.only.spanId, baggage: {} }]]);
  });

  it('of one message is still a batch', async () => {
    const { broker, spans } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    broker.subscribeBatch('orders', () => undefined);
    await broker.idle();

    spans.named('process orders').toBeRoot().toHaveLinks(1).toLinkTo(spans.named('send orders'));
  });

  it('links once to a span that created several messages', async () => {
    const { broker, spans } = tracedBroker({ waybill: { messageSpans: false } });
    await broker.publishBatch([1, 2, 3].map((body) => ({ queue: 'orders', body })));
    broker.subscribeBatch('orders', () => undefined);
    await broker.idle();

    spans.named('process orders').toHaveLinks(1).toLinkTo(spans.named('send orders'));
  });

  it('links to no more messages than a span has room for, and tells how many are missing', async () => {
    const { broker, spans } = tracedBroker();
    await broker.publishBatch(Array.from({ length: 200 }, (_, body) => ({ queue: 'orders', body })));
    broker.subscribeBatch('orders', () => undefined, { size: 200 });
    await broker.idle();

    const batch = spans
      .named('process orders')
      .toHaveLinks(128)
      .toHaveAttributes({ 'messaging.batch.message_count': 200, 'waybill.batch.unlinked_messages': 72 });
    for (const index of [0, 1, 127]) batch.toLinkTo(spans.named('create orders').at(index));
  });

  it('that fails marks its span, and is delivered again', async () => {
    const { broker, spans } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    const attempts: (readonly DeliveredMessage[])[] = [];
    broker.subscribeBatch('orders', async (messages) => {
      attempts.push(messages);
      if (attempts.length === 1) throw new RangeError('no stock');
    });
    await broker.idle();

    expect(attempts).toHaveLength(2);
    spans.named('process orders').at(0).toHaveFailedWith('RangeError');
    spans.named('process orders').at(1).toHaveSucceeded();
  });
});

describe('hundreds of messages at once', () => {
  it('each have their own span and baggage, all the way', async () => {
    const { broker, spans } = tracedBroker();
    const seen: { body: unknown; before: unknown; after: unknown }[] = [];
    broker.subscribe(
      'orders',
      async ({ body }) => {
        const before = active();
        for (let turn = 0; turn < Number(body) % 5; turn += 1) await new Promise(setImmediate);
        await broker.publish('shipping', { body });
        seen.push({ body, before, after: active() });
      },
      { concurrency: 100 },
    );
    const bodies = Array.from({ length: 300 }, (_, index) => index);
    await Promise.all(
      bodies.map((body) => withBaggage({ order: String(body) }, () => broker.publish('orders', { body }))),
    );
    await broker.idle();

    expect(seen).toHaveLength(300);
    const shipped = new Map(spans.named('send shipping').all.map((span) => [span.parentSpanId, span]));
    const sent = new Map(spans.named('send orders').all.map((span) => [span.spanId, span]));
    const processed = new Map(spans.named('process orders').all.map((span) => [span.spanId, span]));
    expect(new Set([...processed.values()].map(({ parentSpanId }) => parentSpanId)).size).toBe(300);
    for (const { body, before, after } of seen) {
      expect(before).toEqual({ spanId: expect.any(String), baggage: { order: String(body) } });
      expect(after).toEqual(before);
      const { spanId } = before as { spanId: string };
      const { traceId, parentSpanId = '' } = processed.get(spanId) ?? {};
      expect(sent.get(parentSpanId)?.traceId).toBe(traceId);
      expect(shipped.get(spanId)?.traceId).toBe(traceId);
    }
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
