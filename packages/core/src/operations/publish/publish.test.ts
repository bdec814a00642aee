import { describe, expect, it } from '@jest/globals';
import {
  type Attributes,
  context,
  createNoopMeter,
  INVALID_SPAN_CONTEXT,
  propagation,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import {
  FakeOutgoing,
  type Headers,
  incoming,
  publishing,
  spanId,
  traceId,
  traceparent,
  waybillHeader,
} from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import { parseWaybillHeader } from '../../propagation/codec/waybill-header.ts';

const now = 1_700_000_000_000;
const otherTrace = 'f'.repeat(32);
const otherSpan = 'e'.repeat(16);

describe('publishing one message', () => {
  it('makes a producer span, and writes its context', async () => {
    const testBed = setUp({ clock: () => now });
    const message = new FakeOutgoing();

    await testBed.instrumenter.publish(publishing([message]));

    const span = testBed.span('send orders');
    const { traceId: trace, spanId: id } = span.spanContext();
    expect(span).toMatchObject({
      kind: SpanKind.PRODUCER,
      parentSpanContext: undefined,
      links: [],
      ended: true,
    });
    expect(message.carrier).toEqual({
      traceparent: `00-${trace}-${id}-01`,
      waybill: `1-${now}-${trace}-${id}`,
    });
    expect(testBed.spans).toHaveLength(1);
  });

  it('sets the attributes of the conventions', async () => {
    const testBed = setUp();

    await testBed.instrumenter.publish(publishing([new FakeOutgoing()]));

    expect(testBed.span('send orders').attributes).toEqual({
      'messaging.system.name': 'fake',
      'messaging.system': 'fake',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'fake.outgoing': true,
      'waybill.journey.id': testBed.span('send orders').spanContext().traceId,
    });
    expect(testBed.span('send orders').instrumentationScope).toMatchObject({
      name: '@waybill/fake',
      version: '1.2.3',
    });
  });

  it('shows samplers what the conventions name for them', async () => {
    const seen: unknown[] = [];
    const testBed = setUp(
      {},
      {
        sampler: {
          shouldSample(_context, _traceId, name, kind, attributes) {
            seen.push([name, kind, attributes['messaging.destination.name'], attributes['fake.outgoing']]);
            return { decision: 2 };
          },
        },
      },
    );

    await testBed.instrumenter.publish(publishing([new FakeOutgoing()]));

    expect(seen).toEqual([['send orders', SpanKind.PRODUCER, 'orders', true]]);
  });

  it('is a child of the ambient span, and runs the call inside its own', async () => {
    const testBed = setUp();
    let inside: unknown;
    const invoke = async (): Promise<string> => {
      inside = trace.getActiveSpan();
      return 'sent';
    };

    await testBed.within('request', () =>
      testBed.instrumenter.publish(publishing([new FakeOutgoing()], { invoke })),
    );

    expect(inside).toBe(testBed.span('send orders'));
    expect(testBed.span('send orders').parentSpanContext).toEqual(testBed.span('request').spanContext());
  });

  it('sends the baggage of the caller', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing();

    await withBaggage({ 'tenant.id': 'acme', plan: 'gold' }, () =>
      testBed.instrumenter.publish(publishing([message])),
    );

    expect(message.carrier.baggage).toBe('tenant.id=acme,plan=gold');
  });

  it('sends only the baggage that the rule allows', async () => {
    const testBed = setUp({
      policy: { baggage: { send: [] }, queues: { orders: { baggage: { send: ['tenant.*'] } } } },
    });
    const [some, none] = [new FakeOutgoing(), new FakeOutgoing({ destination: 'partner' })];

    await withBaggage({ 'tenant.id': 'acme', secret: 'x' }, () =>
      Promise.all([
        testBed.instrumenter.publish(publishing([some])),
        testBed.instrumenter.publish(publishing([none])),
      ]),
    );

    expect(some.carrier.baggage).toBe('tenant.id=acme');
    expect(none.carrier).not.toHaveProperty('baggage');
  });

  it('sends the requested relation', async () => {
    const testBed = setUp({ clock: () => now });
    const [asking, silent] = [new FakeOutgoing(), new FakeOutgoing()];

    await testBed.waybill.publishWith({ relation: 'link' }, async () => {
      await undefined;
      await testBed.instrumenter.publish(publishing([asking]));
    });
    await testBed.instrumenter.publish(publishing([silent]));

    expect(parseWaybillHeader(asking.carrier.waybill)?.requestedRelation).toBe('link');
    expect(parseWaybillHeader(silent.carrier.waybill)?.requestedRelation).toBeUndefined();
  });

  it('keeps headers and baggage that the caller wrote', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing({ headers: { 'x-own': 'kept', baggage: 'own=kept' } });

    await withBaggage({ 'tenant.id': 'acme' }, () => testBed.instrumenter.publish(publishing([message])));

    expect(message.carrier).toMatchObject({ 'x-own': 'kept', baggage: 'own=kept' });
  });

  it('adds the message id of the answer', async () => {
    const testBed = setUp();

    await testBed.instrumenter.publish(
      publishing([new FakeOutgoing()], { outcome: (result, each) => each(0, `id of ${result}`) }),
    );

    expect(testBed.span('send orders').attributes['messaging.message.id']).toBe('id of sent');
  });

  it.each<[string, (error: unknown) => unknown]>([
    ['rejected', (error) => Promise.reject(error)],
    [
      'thrown',
      (error) => {
        throw error;
      },
    ],
  ])('fails with the error that was %s, which the caller gets', async (_how, fail) => {
    const testBed = setUp();
    const error = new RangeError('too large');

    const caught = await Promise.resolve()
      .then(() =>
        testBed.instrumenter.publish(publishing([new FakeOutgoing()], { invoke: () => fail(error) })),
      )
      .catch((reason: unknown) => reason);

    expect(caught).toBe(error);
    expect(testBed.span('send orders')).toMatchObject({
      ended: true,
      status: { code: 2, message: 'too large' },
      attributes: { 'error.type': 'RangeError' },
      events: [{ name: 'exception' }],
    });
  });

  it('throws at once if the client does', () => {
    const testBed = setUp();
    const error = new TypeError('Missing required parameter');

    expect(() =>
      testBed.instrumenter.publish(
        publishing([new FakeOutgoing()], {
          invoke: () => {
            throw error;
          },
        }),
      ),
    ).toThrow(error);
  });

  it('answers at once if the client does', () => {
    const testBed = setUp();
    const message = new FakeOutgoing();

    const answer = testBed.instrumenter.publish(
      publishing([message], { completes: 'sync', invoke: () => false }),
    );

    expect(answer).toBe(false);
    expect(testBed.span('send orders').ended).toBe(true);
    expect(message.carrier).toHaveProperty('traceparent');
  });

  it('ends when the callback is called, once, with its error', async () => {
    const testBed = setUp();
    const dones: ((error?: unknown) => void)[] = [];
    const send = (): unknown =>
      testBed.instrumenter.publish(
        publishing([new FakeOutgoing()], {
          completes: 'callback',
          invoke(done) {
            dones.push(done);
            return true;
          },
        }),
      );

    expect([send(), send(), send()]).toEqual([true, true, true]);
    expect(testBed.spans.map(({ ended }) => ended)).toEqual([false, false, false]);
    dones[0]?.();
    dones[1]?.(null);
    dones[2]?.(new Error('nacked'));
    dones[2]?.(new Error('nacked again'));

    expect(testBed.spans.map(({ ended, status }) => [ended, status.message])).toEqual([
      [true, undefined],
      [true, undefined],
      [true, 'nacked'],
    ]);
    expect((await testBed.metric('messaging.client.sent.messages')).points.map(({ value }) => value)).toEqual(
      [1, 2],
    );
  });

  it('records events until the callback is called', () => {
    const testBed = setUp();
    testBed.instrumenter.publish(
      publishing([new FakeOutgoing()], {
        completes: 'callback',
        invoke(done, note) {
          note(0, 'returned', { why: 'no route' });
          note(1, 'nobody', {});
          done();
          note(0, 'too late', {});
        },
      }),
    );

    expect(testBed.span('send orders').events).toMatchObject([
      { name: 'returned', attributes: { why: 'no route' } },
    ]);
    expect(testBed.warnings.filter((warning) => warning.startsWith('@waybill'))).toEqual([]);
  });

  it('records what the client tells of a message until the callback is called, and cuts long texts', () => {
    const testBed = setUp();
    testBed.instrumenter.publish(
      publishing([new FakeOutgoing()], {
        completes: 'callback',
        invoke(done, note) {
          note(0, undefined, { 'messaging.message.id': 'm-1', 'fake.text': 'x'.repeat(300) });
          note(1, undefined, { 'fake.text': 'nobody' });
          done();
        },
      }),
    );

    expect(testBed.span('send orders').attributes).toMatchObject({
      'messaging.message.id': 'm-1',
      'fake.text': 'x'.repeat(256),
    });
    expect(testBed.span('send orders').events).toEqual([]);
  });

  it('counts as many messages as one stands for when the call is done', async () => {
    const testBed = setUp();
    for (const error of [undefined, new RangeError('full')]) {
      const message = Object.assign(new FakeOutgoing(), { count: 1 });
      testBed.instrumenter.publish(
        publishing([message], {
          completes: 'callback',
          invoke(done) {
            message.count = 3;
            done(error);
          },
        }),
      );
    }

    const { points } = await testBed.metric('messaging.client.sent.messages');
    const counted = new Map(points.map(({ attributes, value }) => [attributes['error.type'], value]));
    expect(counted).toEqual(
      new Map([
        [undefined, 3],
        ['RangeError', 3],
      ]),
    );
  });

  it('ends the spans of its messages if neither the span of the call nor a metric is recorded', async () => {
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, _name, kind) => ({
        decision:
          kind === SpanKind.PRODUCER ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
      }),
    };
    const testBed = setUp({ meterProvider: { getMeter: createNoopMeter } }, { sampler });

    await testBed.instrumenter.publish(publishing([new FakeOutgoing(), new FakeOutgoing()]));

    expect(testBed.spans.map(({ name, ended }) => [name, ended])).toEqual([
      ['create orders', true],
      ['create orders', true],
    ]);
  });

  it.each([1, 2])(
    'sets details on its span that samplers do not see, in a call with %i messages',
    async (count) => {
      const testBed = setUp();
      const messages = Array.from({ length: count }, () =>
        Object.assign(new FakeOutgoing(), {
          detail: (attributes: Attributes) => Object.assign(attributes, { 'fake.detail': 7 }),
        }),
      );

      await testBed.instrumenter.publish(publishing(messages));

      const detailed = testBed.spans.filter(({ attributes }) => attributes['fake.detail'] === 7);
      expect(detailed.map(({ name }) => name)).toEqual(
        count === 1 ? ['send orders'] : ['create orders', 'create orders'],
      );
    },
  );

  it('removes an old header of ours if a message has no room for a new one', async () => {
    const testBed = setUp();
    const headers = { traceparent: traceparent(), waybill: waybillHeader(now) };
    const refuse = (name: string) => (name === 'waybill' ? 'limit' : undefined);
    const forwarded = new FakeOutgoing({ destination: 'next', headers, refuse });

    await handle(testBed, headers, () => testBed.instrumenter.publish(publishing([forwarded])));

    expect(forwarded.carrier).not.toHaveProperty('waybill');
    expect(forwarded.carrier.traceparent).not.toBe(headers.traceparent);
  });

  it('ends when a call with a callback throws', () => {
    const testBed = setUp();
    const error = new Error('channel closed');
    const invoke = (): never => {
      throw error;
    };

    expect(() =>
      testBed.instrumenter.publish(publishing([new FakeOutgoing()], { completes: 'callback', invoke })),
    ).toThrow(error);
    expect(testBed.span('send orders')).toMatchObject({ ended: true, status: { message: 'channel closed' } });
  });

  it('passes a call without messages straight through', () => {
    const testBed = setUp();

    expect(
      testBed.instrumenter.publish(publishing([], { completes: 'sync', invoke: () => 'nothing sent' })),
    ).toBe('nothing sent');
    expect(testBed.spans).toEqual([]);
  });

  it('leaves the context of the caller as it was', async () => {
    const testBed = setUp();
    const before = context.active();

    const sent = testBed.instrumenter.publish(publishing([new FakeOutgoing()]));
    expect(context.active()).toBe(before);
    await sent;
    expect(context.active()).toBe(before);
  });

  it('writes nothing if tracing is suppressed', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing();

    await context.with(suppressTracing(context.active()), () =>
      testBed.instrumenter.publish(publishing([message])),
    );

    expect(message.carrier).toEqual({});
    expect(testBed.spans).toEqual([]);
  });

  it('passes on a context that is not recorded', async () => {
    const testBed = setUp({}, { sampler: { shouldSample: () => ({ decision: 0 }) } });
    const message = new FakeOutgoing();

    await testBed.instrumenter.publish(publishing([message]));

    expect(message.carrier.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(message.carrier.waybill).toBeDefined();
  });
});

describe('room for headers', () => {
  it.each([
    [4, ['traceparent', 'tracestate', 'waybill', 'baggage']],
    [3, ['traceparent', 'tracestate', 'waybill']],
    [2, ['traceparent', 'tracestate']],
    [1, ['traceparent']],
    [0, []],
  ])('for %d headers is given to the most important, and refused ones are counted', async (room, written) => {
    const testBed = setUp();
    let left = room;
    const message = new FakeOutgoing({ refuse: () => (left-- > 0 ? undefined : 'limit') });
    const remote = {
      traceId,
      spanId,
      traceFlags: 1,
      traceState: { serialize: () => 'a=b' } as never,
    };

    await context.with(trace.setSpanContext(context.active(), remote), () =>
      withBaggage({ 'tenant.id': 'acme' }, () => testBed.instrumenter.publish(publishing([message]))),
    );

    expect(Object.keys(message.carrier)).toEqual(written);
    expect(await rejected(testBed)).toEqual(
      ['baggage', 'waybill', 'tracestate', 'traceparent']
        .slice(0, 4 - room)
        .reverse()
        .map((header) => [header, 'limit', 1]),
    );
  });

  it('is not given to baggage that no header can hold, which is counted', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing();

    await withBaggage({ 'a b': '1', 'tenant.id': 'acme', huge: 'x'.repeat(9_000) }, () =>
      testBed.instrumenter.publish(publishing([message])),
    );

    expect(message.carrier.baggage).toBe('tenant.id=acme');
    expect(await rejected(testBed)).toEqual([['baggage', 'dropped', 2]]);
  });
});

describe('a creation context that the caller wrote', () => {
  const own: Headers = {
    traceparent: traceparent(),
    tracestate: 'vendor=1',
    baggage: 'own=1',
  };

  it('is kept with its headers, and the send span links to it', async () => {
    const testBed = setUp({ clock: () => now });
    const message = new FakeOutgoing({ headers: own });

    await withBaggage({ 'tenant.id': 'acme' }, () => testBed.instrumenter.publish(publishing([message])));

    expect(message.carrier).toEqual({ ...own, waybill: waybillHeader(now) });
    expect(testBed.span('send orders')).toMatchObject({
      kind: SpanKind.CLIENT,
      links: [{ context: { traceId, spanId }, attributes: { 'waybill.link.to': 'creation' } }],
    });
  });

  it('keeps a waybill header that came with it', async () => {
    const testBed = setUp({ clock: () => now });
    const message = new FakeOutgoing({ headers: { ...own, waybill: waybillHeader(now - 5_000) } });

    await testBed.instrumenter.publish(publishing([message]));

    expect(message.carrier.waybill).toBe(waybillHeader(now - 5_000));
  });

  it('gets no span of its own in a batch, whose span links to it', async () => {
    const testBed = setUp();
    const messages = [
      new FakeOutgoing({ headers: own }),
      new FakeOutgoing(),
      new FakeOutgoing({ headers: own }),
    ];

    await testBed.instrumenter.publish(publishing(messages));

    expect(testBed.spans.map(({ name }) => name)).toEqual(['send orders', 'create orders']);
    expect(testBed.span('send orders').links.map(({ context: linked }) => linked.spanId)).toEqual([spanId]);
    expect(messages[0]?.carrier.traceparent).toBe(own.traceparent);
    expect(messages[1]?.carrier.traceparent).toContain(testBed.span('create orders').spanContext().spanId);
  });

  it('does not mark the span of a batch with its outcome', async () => {
    const testBed = setUp();
    const messages = [new FakeOutgoing({ headers: own }), new FakeOutgoing()];

    await testBed.instrumenter.publish(
      publishing(messages, {
        outcome(_result, each) {
          each(0, 'm-1', new Error('too large'));
        },
      }),
    );

    const call = testBed.span('send orders');
    expect(call.status.code).toBe(0);
    expect(call.attributes).not.toHaveProperty('messaging.message.id');
    expect(call.attributes).not.toHaveProperty('error.type');
  });

  it.each<[string, Headers]>([
    ['is malformed', { traceparent: '00-zz-zz-01' }],
    ['is malformed in its last copy', { traceparent: [traceparent(), 'no'] }],
    ['is all zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
    ['is missing, though a tracestate is there', {}],
  ])('that %s is replaced with all its headers', async (_how, broken) => {
    const testBed = setUp({ clock: () => now });
    const message = new FakeOutgoing({
      headers: { ...own, traceparent: undefined, waybill: waybillHeader(1), ...broken },
    });

    await testBed.instrumenter.publish(publishing([message]));

    const { traceId: trace, spanId: id } = testBed.span('send orders').spanContext();
    expect(message.carrier).toEqual({
      traceparent: `00-${trace}-${id}-01`,
      waybill: `1-${now}-${trace}-${id}`,
      baggage: 'own=1',
    });
    expect(testBed.span('send orders').kind).toBe(SpanKind.PRODUCER);
  });
});

describe('forwarding a message that is being handled', () => {
  const arrived: Headers = {
    traceparent: traceparent(),
    tracestate: 'vendor=1',
    baggage: 'tenant.id=acme',
    waybill: waybillHeader(now - 10),
  };

  it('replaces the old headers with the current span', async () => {
    const testBed = setUp({ clock: () => now });
    const forwarded = new FakeOutgoing({ destination: 'retries', headers: arrived });

    await handle(testBed, arrived, () => testBed.instrumenter.publish(publishing([forwarded])));

    const send = testBed.span('send retries');
    expect(send).toMatchObject({ kind: SpanKind.PRODUCER, links: [] });
    expect(send.parentSpanContext?.spanId).toBe(testBed.span('process orders').spanContext().spanId);
    expect(forwarded.carrier).toEqual({
      traceparent: `00-${traceId}-${send.spanContext().spanId}-01`,
      tracestate: 'vendor=1',
      baggage: 'tenant.id=acme',
      waybill: `1-${now}-${traceId}-${send.spanContext().spanId}`,
    });
  });

  it('forwards none of the baggage that was refused', async () => {
    const testBed = setUp({ policy: { queues: { orders: { trust: 'untrusted' } } } });
    const forwarded = new FakeOutgoing({ destination: 'retries', headers: arrived });

    await handle(testBed, arrived, () => testBed.instrumenter.publish(publishing([forwarded])));

    expect(forwarded.carrier).not.toHaveProperty('baggage');
    expect(forwarded.carrier).not.toHaveProperty('tracestate');
  });

  it('keeps a context other than the one that arrived', async () => {
    const testBed = setUp();
    const foreign = { ...arrived, traceparent: traceparent(traceId, otherSpan) };
    const message = new FakeOutgoing({ destination: 'retries', headers: foreign });

    await handle(testBed, arrived, () => testBed.instrumenter.publish(publishing([message])));

    expect(message.carrier).toEqual(foreign);
    expect(testBed.span('send retries').links).toHaveLength(1);
  });

  it('is recognised for every message of a batch', async () => {
    const testBed = setUp({ clock: () => now });
    const second = { traceparent: traceparent(otherTrace, otherSpan) };
    const forwarded = [
      new FakeOutgoing({ destination: 'retries', headers: second }),
      new FakeOutgoing({ destination: 'retries', headers: { traceparent: traceparent('c'.repeat(32)) } }),
    ];
    const batch = [incoming({ headers: arrived }), incoming({ headers: second })];

    await testBed.instrumenter.process({ messages: batch, batch: true }, () =>
      testBed.instrumenter.publish(publishing(forwarded)),
    );

    expect(forwarded[0]?.carrier.traceparent).toContain(testBed.span('create retries').spanContext().spanId);
    expect(forwarded[1]?.carrier.traceparent).toBe(traceparent('c'.repeat(32)));
  });
});

describe('the journey', () => {
  it('of the first message has the id of its trace', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing();

    await testBed.within('request', () => testBed.instrumenter.publish(publishing([message])));

    expect(parseWaybillHeader(message.carrier.waybill)?.journeyId).toBe(
      testBed.span('request').spanContext().traceId,
    );
  });

  it('of a message that a handler sends is that of the handled message', async () => {
    const testBed = setUp({ policy: { relation: 'link' } });
    const message = new FakeOutgoing({ destination: 'next' });

    await handle(
      testBed,
      { traceparent: traceparent(), waybill: waybillHeader(now, { journey: otherTrace }) },
      () => testBed.instrumenter.publish(publishing([message])),
    );

    expect(parseWaybillHeader(message.carrier.waybill)?.journeyId).toBe(otherTrace);
    expect(testBed.spans.map(({ attributes }) => attributes['waybill.journey.id'])).toEqual([
      otherTrace,
      otherTrace,
    ]);
    expect(testBed.span('send next').spanContext().traceId).not.toBe(traceId);
  });

  it('has no id of zeros if the active span is invalid', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing();

    await context.with(trace.setSpanContext(context.active(), INVALID_SPAN_CONTEXT), () =>
      testBed.instrumenter.publish(publishing([message])),
    );

    const { traceId: ownTrace } = testBed.span('send orders').spanContext();
    expect(parseWaybillHeader(message.carrier.waybill)?.journeyId).toBe(ownTrace);
    expect(testBed.span('send orders').attributes['waybill.journey.id']).toBe(ownTrace);
  });

  it('continues in a trace that the handler starts', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing({ destination: 'next' });

    await handle(testBed, { traceparent: traceparent() }, () =>
      testBed.within('report', () => testBed.instrumenter.publish(publishing([message])), { root: true }),
    );

    expect(parseWaybillHeader(message.carrier.waybill)?.journeyId).toBe(traceId);
    expect(testBed.span('send next').attributes['waybill.journey.id']).toBe(traceId);
  });
});

describe('publishing a batch', () => {
  it('makes a span for the call and one for each message, all in one trace', async () => {
    const testBed = setUp();
    const messages = ['orders', 'orders', 'reports'].map((destination) => new FakeOutgoing({ destination }));

    await testBed.instrumenter.publish(publishing(messages));

    const [call, ...creates] = testBed.spans;
    expect(call).toMatchObject({ name: 'send', kind: SpanKind.CLIENT, links: [], ended: true });
    expect(call?.attributes).toMatchObject({
      'messaging.batch.message_count': 3,
      'messaging.operation.type': 'send',
    });
    expect(call?.attributes).not.toHaveProperty('messaging.destination.name');
    expect(creates.map(({ name, kind, ended }) => [name, kind, ended])).toEqual([
      ['create orders', SpanKind.PRODUCER, true],
      ['create orders', SpanKind.PRODUCER, true],
      ['create reports', SpanKind.PRODUCER, true],
    ]);
    for (const [index, create] of creates.entries()) {
      expect(create.parentSpanContext).toEqual(call?.spanContext());
      expect(create.attributes).toMatchObject({
        'messaging.operation.type': 'create',
        'fake.outgoing': true,
      });
      expect(create.attributes).not.toHaveProperty('messaging.batch.message_count');
      expect(messages[index]?.carrier.traceparent).toContain(create.spanContext().spanId);
    }
  });

  it('names the destination of the call if all messages go to one', async () => {
    const testBed = setUp();

    await testBed.instrumenter.publish(publishing([new FakeOutgoing(), new FakeOutgoing()]));

    expect(testBed.span('send orders').attributes['messaging.destination.name']).toBe('orders');
  });

  it('makes both spans for a batch of one message, too', async () => {
    const testBed = setUp();

    await testBed.instrumenter.publish(publishing([new FakeOutgoing()], { batch: true }));

    expect(testBed.spans.map(({ name, kind }) => [name, kind])).toEqual([
      ['send orders', SpanKind.CLIENT],
      ['create orders', SpanKind.PRODUCER],
    ]);
  });

  it('writes the context of the call if messages have no spans', async () => {
    const testBed = setUp({ messageSpans: false });
    const messages = [new FakeOutgoing(), new FakeOutgoing()];

    await testBed.instrumenter.publish(publishing(messages));

    const { traceId: trace, spanId: id } = testBed.span('send orders').spanContext();
    expect(messages.map(({ carrier }) => carrier.traceparent)).toEqual(Array(2).fill(`00-${trace}-${id}-01`));
    expect(testBed.spans.map(({ kind }) => kind)).toEqual([SpanKind.PRODUCER]);
  });

  it('marks a message that failed in a call that succeeded', async () => {
    const testBed = setUp();
    const messages = [new FakeOutgoing(), new FakeOutgoing()];
    const error = Object.assign(new Error('Service unavailable'), { name: 'InternalError' });

    await testBed.instrumenter.publish(
      publishing(messages, {
        outcome(_result, each) {
          each(0, 'm-1');
          each(1, undefined, error);
          each(7, 'nobody');
        },
      }),
    );

    const [call, first, second] = testBed.spans;
    expect(call).toMatchObject({ status: { code: 0 }, ended: true });
    expect(first).toMatchObject({
      status: { code: 0 },
      attributes: { 'messaging.message.id': 'm-1' },
      ended: true,
    });
    expect(second).toMatchObject({
      status: { code: 2, message: 'Service unavailable' },
      attributes: { 'error.type': 'InternalError' },
      ended: true,
    });
  });

  it('marks all messages if the call failed', async () => {
    const testBed = setUp();
    const invoke = (): Promise<string> => Promise.reject(new Error('no broker'));

    await testBed.instrumenter
      .publish(publishing([new FakeOutgoing(), new FakeOutgoing()], { invoke }))
      .catch(() => undefined);

    expect(testBed.spans.map(({ status, ended }) => [status.message, ended])).toEqual(
      Array(3).fill(['no broker', true]),
    );
  });

  it('asks the adapter once for the attributes of a message, before its span starts', async () => {
    const testBed = setUp();
    let described = 0;
    const messages = [1, 2].map(() =>
      Object.assign(new FakeOutgoing(), { describe: () => (described += 1) }),
    );

    await testBed.instrumenter.publish(publishing(messages));

    expect(described).toBe(2);
  });
});

describe('another instrumentation of the same client', () => {
  it('whose span is active and in the message is not doubled, and is reported once', async () => {
    const testBed = setUp();
    const send = (): Promise<string> =>
      testBed.within(
        'orders publish',
        (span) => {
          const { traceId: trace, spanId: id } = span.spanContext();
          const message = new FakeOutgoing({ headers: { traceparent: traceparent(trace, id) } });
          return testBed.instrumenter.publish(publishing([message]));
        },
        { kind: SpanKind.PRODUCER },
      );

    await send();
    await send();
    await send();

    expect(testBed.spans.map(({ name }) => name)).toEqual(Array(3).fill('orders publish'));
    expect(testBed.warnings).toEqual([
      '@waybill/core application traces the same client as @waybill/fake; its spans are kept and ours are left out. Set OTEL_NODE_DISABLED_INSTRUMENTATIONS=fake. [WAYBILL_OTHER_INSTRUMENTATION]',
    ]);
  });

  it('is reported without a fix if the adapter has none', async () => {
    const testBed = setUp({}, { adapter: { otherInstrumentation: undefined } });

    await testBed.within(
      'orders publish',
      () => testBed.instrumenter.publish(publishing([new FakeOutgoing()])),
      {
        kind: SpanKind.PRODUCER,
        attributes: { 'messaging.destination.name': 'orders' },
      },
    );

    expect(testBed.warnings).toEqual([
      '@waybill/core application traces the same client as @waybill/fake; its spans are kept and ours are left out. [WAYBILL_OTHER_INSTRUMENTATION]',
    ]);
  });

  it('whose span had no room in the message for its context is not doubled, and its context is written', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing();

    await testBed.within('orders publish', () => testBed.instrumenter.publish(publishing([message])), {
      kind: SpanKind.PRODUCER,
      attributes: { 'messaging.destination.name': 'orders' },
    });

    const { traceId: trace, spanId: id } = testBed.span('orders publish').spanContext();
    expect(testBed.spans).toHaveLength(1);
    expect(message.carrier.traceparent).toBe(traceparent(trace, id));
  });

  it('is not detected if the message carries another context', async () => {
    const testBed = setUp();

    await testBed.within(
      'orders publish',
      () =>
        testBed.instrumenter.publish(
          publishing([new FakeOutgoing({ headers: { traceparent: traceparent() } })]),
        ),
      { kind: SpanKind.PRODUCER },
    );

    expect(testBed.spans.map(({ name }) => name)).toEqual(['orders publish', 'send orders']);
  });
});

function withBaggage<R>(entries: Record<string, string>, run: () => R): R {
  const baggage = propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }])),
  );
  return context.with(propagation.setBaggage(context.active(), baggage), run);
}

function handle<R>(testBed: TestBed, headers: Headers, handler: () => R): R {
  return testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, handler);
}

async function rejected(testBed: TestBed): Promise<unknown[]> {
  const { points } = await testBed.metric('waybill.carrier.rejected');
  return points.map(({ attributes, value }) => [
    attributes['waybill.carrier.header'],
    attributes['waybill.carrier.reason'],
    value,
  ]);
}

describe("an untrusted sender's baggage", () => {
  const policy = { trust: 'untrusted', baggage: { accept: ['tenant.id'] } } as const;
  const strange = 'tenant.id=acme,debug=1';

  it.each<[string, Headers, Headers]>([
    ['beside a traceparent', { traceparent: traceparent(), baggage: strange }, {}],
    ['without one', { baggage: strange }, {}],
    ['beside a broken one', { traceparent: 'no', baggage: strange }, {}],
    ['as bytes', { baggage: Buffer.from(strange) }, {}],
    ['in several headers', { baggage: ['tenant.id=acme', Buffer.from('debug=1')] }, {}],
    ['in several headers, joined', { baggage: ['tenant.id=acme', 'debug=1'] }, { baggage: strange }],
    [
      'in several headers, of which one goes on',
      { baggage: ['tenant.id=acme', 'debug=1'] },
      { baggage: 'debug=1' },
    ],
    [
      'beside a context of the handler’s own',
      { baggage: strange },
      { traceparent: traceparent('f'.repeat(32), 'f'.repeat(16)) },
    ],
  ])('is not sent on %s, except accepted keys', async (_how, headers, changed) => {
    for (const batch of [false, true]) {
      const testBed = setUp({ policy });
      const single = new FakeOutgoing({ destination: 'next', headers: { ...headers, ...changed } });
      const message = incoming({ headers });

      await testBed.instrumenter.process({ messages: [message], batch }, () =>
        testBed.instrumenter.publish(publishing([single])),
      );

      expect(single.carrier.baggage).toBe(batch ? undefined : 'tenant.id=acme');
    }
  });

  it('is not sent on by a timer that outlives a batch', async () => {
    const testBed = setUp({ policy, diagnose: false });
    const headers = { baggage: strange };
    const message = new FakeOutgoing({ destination: 'next', headers });
    let later = () => {};

    testBed.instrumenter.process({ messages: [incoming({ headers })], batch: true }, () => {
      later = context.bind(context.active(), () => void testBed.instrumenter.publish(publishing([message])));
    });
    later();

    expect(message.carrier.baggage).toBeUndefined();
  });

  it('does not affect baggage of the handler', async () => {
    const testBed = setUp({ policy });
    const message = new FakeOutgoing({ headers: { baggage: 'own=1' } });

    await testBed.instrumenter.process(
      { messages: [incoming({ headers: { baggage: strange } })], batch: false },
      () => testBed.instrumenter.publish(publishing([message])),
    );

    expect(message.carrier.baggage).toBe('own=1');
  });
});
