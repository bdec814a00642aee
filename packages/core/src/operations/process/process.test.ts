import { describe, expect, it } from '@jest/globals';
import {
  type Attributes,
  context,
  createContextKey,
  propagation,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import {
  FakeOutgoing,
  type Headers,
  type IncomingInit,
  incoming,
  publishing,
  spanId,
  traceId,
  traceparent,
  waybillHeader,
} from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import type { Journey } from '../../propagation/journey.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';

const now = 1_700_000_000_000;
const clock = (): number => now;
const otherTrace = 'f'.repeat(32);
const fresh: Headers = { traceparent: traceparent(), waybill: waybillHeader(now - 1_500) };
const late: Headers = { traceparent: traceparent(), waybill: waybillHeader(now - 90_000) };

describe('processing a fresh message', () => {
  it('makes a consumer span that is a child of the creation context', () => {
    const testBed = setUp({ clock });

    handle(testBed, incoming({ headers: fresh }));

    expect(testBed.span('process orders')).toMatchObject({
      kind: SpanKind.CONSUMER,
      parentSpanContext: { traceId, spanId, isRemote: true },
      links: [],
      ended: true,
    });
    expect(testBed.span('process orders').spanContext().traceId).toBe(traceId);
  });

  it('sets the attributes of the conventions and of the decision', () => {
    const testBed = setUp({ clock });

    handle(testBed, incoming({ headers: fresh, id: 'm-1', attempt: 1 }));

    expect(testBed.span('process orders').attributes).toEqual({
      'messaging.system.name': 'fake',
      'messaging.system': 'fake',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.message.id': 'm-1',
      'fake.incoming': true,
      'waybill.relation': 'parent',
      'waybill.relation.reason': 'fresh',
      'waybill.relation.rule': '(default)',
      'waybill.relation.link_after': 60,
      'waybill.message.age': 1.5,
      'waybill.message.age.source': 'waybill',
      'waybill.message.attempt': 1,
      'waybill.journey.id': traceId,
    });
  });

  it('also links to its parent with alsoLinkParent', () => {
    const testBed = setUp({ clock, alsoLinkParent: true });

    handle(testBed, incoming({ headers: fresh, id: 'm-1' }));

    expect(testBed.span('process orders')).toMatchObject({
      parentSpanContext: { spanId },
      links: [{ context: { traceId, spanId }, attributes: { 'messaging.message.id': 'm-1' } }],
    });
  });

  it('continues the tracestate and the sampling decision', () => {
    const testBed = setUp({ clock });
    const message = new FakeOutgoing({ destination: 'next' });

    handle(testBed, incoming({ headers: { ...fresh, tracestate: 'a=1,b=2' } }), () =>
      testBed.instrumenter.publish(publishing([message])),
    );

    expect(message.carrier.tracestate).toBe('a=1,b=2');
  });
});

describe('processing a late message', () => {
  it('makes a new root that links back, with attributes on the link', () => {
    const testBed = setUp({ clock });

    handle(testBed, incoming({ headers: late, id: 'm-1', attempt: 3 }));

    const span = testBed.span('process orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(traceId);
    expect(span.links).toEqual([
      {
        context: { traceId, spanId, traceFlags: 1, isRemote: true },
        attributes: {
          'messaging.destination.name': 'orders',
          'messaging.message.id': 'm-1',
          'waybill.message.age': 90,
          'waybill.message.attempt': 3,
          'waybill.journey.id': traceId,
          'waybill.link.to': 'creation',
        },
        droppedAttributesCount: 0,
      },
    ]);
    expect(span.attributes).toMatchObject({
      'waybill.relation': 'link',
      'waybill.relation.reason': 'late',
      'waybill.message.age': 90,
      'waybill.journey.id': traceId,
    });
  });

  it('makes a root if another span is active, too', () => {
    const testBed = setUp({ clock });

    testBed.within('poll', () => handle(testBed, incoming({ headers: late })));

    expect(testBed.span('process orders').parentSpanContext).toBeUndefined();
    expect(testBed.span('process orders').spanContext().traceId).not.toBe(
      testBed.span('poll').spanContext().traceId,
    );
  });

  it('makes a root for the sampler, which sees neither the ambient nor the creating span', () => {
    const parents: unknown[] = [];
    const testBed = setUp(
      { clock },
      {
        sampler: {
          shouldSample(parent) {
            parents.push(trace.getSpan(parent)?.spanContext().spanId);
            return { decision: 2 };
          },
        },
      },
    );

    testBed.within('poll', () => handle(testBed, incoming({ headers: late })));

    expect(parents).toEqual([undefined, undefined]);
  });
});

describe('the sampler of a message that is handled', () => {
  it('sees operation, destination and what the adapter describes, and no id or count', () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      shouldSample(_context, _traceId, _name, _kind, attributes) {
        seen.push({ ...attributes });
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
    };
    const testBed = setUp({ clock }, { sampler });

    const detail = (attributes: Attributes): void => {
      attributes['fake.detail'] = 1;
    };

    handle(testBed, incoming({ id: 'm-1', attempt: 2, detail }));

    expect(seen).toEqual([
      {
        'messaging.system.name': 'fake',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'orders',
        'fake.incoming': true,
      },
    ]);
    expect(testBed.span('process orders').attributes).toMatchObject({
      'messaging.message.id': 'm-1',
      'waybill.message.attempt': 2,
      'fake.detail': 1,
    });
  });
});

describe('untrusted baggage', () => {
  it.each<[string, readonly string[] | undefined, number]>([
    ['is not read if no key is accepted', undefined, 0],
    ['is read if one is accepted', ['tenant.id'], 1],
  ])('%s', async (_how, accept, dropped) => {
    const testBed = setUp({ policy: { trust: 'untrusted', ...(accept && { baggage: { accept } }) } });

    handle(testBed, incoming({ headers: { ...fresh, baggage: 'broken' } }));

    const { points } = await testBed.metric('waybill.carrier.rejected');
    expect(
      points.filter(({ attributes }) => attributes['waybill.carrier.header'] === 'baggage'),
    ).toHaveLength(dropped);
  });
});

describe('every relation', () => {
  it.each<[string, Headers, Parameters<typeof setUp>[0], string, string]>([
    ['parent by rule', late, { policy: { relation: 'parent' } }, 'parent', 'rule'],
    ['link by rule', fresh, { policy: { relation: 'link' } }, 'link', 'rule'],
    ['none by rule', fresh, { policy: { relation: 'none' } }, 'none', 'rule'],
    ['a function', fresh, { policy: { relation: () => 'link' } }, 'link', 'rule'],
    [
      'an untrusted sender',
      fresh,
      { policy: { trust: 'untrusted', baggage: { accept: ['*'] } } },
      'link',
      'untrusted',
    ],
    [
      'the requested relation a parent',
      { ...late, waybill: waybillHeader(1, { requestedRelation: 'p' }) },
      {},
      'parent',
      'sender',
    ],
    [
      'the requested relation a link',
      { ...fresh, waybill: waybillHeader(now, { requestedRelation: 'l' }) },
      {},
      'link',
      'sender',
    ],
    [
      'the requested relation none',
      { ...fresh, waybill: waybillHeader(now, { requestedRelation: 'n' }) },
      {},
      'none',
      'sender',
    ],
    ['no context', {}, {}, 'none', 'no-context'],
    ['a broken context', { traceparent: 'no' }, {}, 'none', 'malformed'],
    ['copies of a context', { traceparent: [traceparent(), traceparent()] }, {}, 'parent', 'no-timestamp'],
    [
      'copies of a context and of our own header, as text and as bytes',
      {
        traceparent: [traceparent(), Buffer.from(traceparent())],
        waybill: [waybillHeader(now), Buffer.from(waybillHeader(now)), waybillHeader(now)],
      },
      {},
      'parent',
      'fresh',
    ],
    [
      'contexts that differ, of which the last is linked to',
      { traceparent: [traceparent('f'.repeat(32), 'f'.repeat(16)), Buffer.from(traceparent())] },
      { policy: { relation: 'parent' } },
      'link',
      'repeated',
    ],
    [
      'headers of ours that differ',
      { ...fresh, waybill: [waybillHeader(1), waybillHeader(now)] },
      {},
      'link',
      'repeated',
    ],
    ['no timestamp', { traceparent: traceparent() }, {}, 'parent', 'no-timestamp'],
    ['a clock that is behind', { ...fresh, waybill: waybillHeader(now + 5_000) }, {}, 'parent', 'fresh'],
  ])('by %s is on the span, and the baggage arrives', (_case, headers, options, relation, reason) => {
    const testBed = setUp({ clock, ...options });
    let tenant: unknown;

    handle(testBed, incoming({ headers: { ...headers, baggage: 'tenant.id=acme' } }), () => {
      tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
    });

    const span = testBed.span('process orders');
    expect([span.attributes['waybill.relation'], span.attributes['waybill.relation.reason']]).toEqual([
      relation,
      reason,
    ]);
    expect(span.parentSpanContext?.spanId).toBe(relation === 'parent' ? spanId : undefined);
    expect(span.links.map((link) => link.context.spanId)).toEqual(relation === 'link' ? [spanId] : []);
    expect(tenant).toBe('acme');
  });

  it('by a function that throws follows the default of the policy, which is counted', async () => {
    const relation = (): never => {
      throw new Error('no idea');
    };
    const queues = { orders: { linkAfter: '2h', relation } } as const;
    const testBed = setUp({ clock, policy: { linkAfter: '1m', queues } });

    handle(testBed, incoming({ headers: late }));

    expect(testBed.span('process orders').attributes).toMatchObject({
      'waybill.relation': 'link',
      'waybill.relation.reason': 'late',
    });
    const { points } = await testBed.metric('waybill.carrier.rejected');
    expect(points).toMatchObject([
      { attributes: { 'waybill.carrier.header': 'relation', 'waybill.carrier.reason': 'error' }, value: 1 },
    ]);
  });

  it('depends on the queue key, not on the destination', () => {
    const testBed = setUp({ clock, policy: { queues: { orders: { relation: 'link' } } } });

    handle(testBed, incoming({ headers: fresh, destination: 'shop:new:orders', queueKey: 'orders' }));

    expect(testBed.span('process shop:new:orders').attributes['waybill.relation']).toBe('link');
  });

  it('matches a pattern with the last part of the system name', () => {
    const policy = { queues: { 'sqs:orders': { relation: 'link' as const } } };
    const testBed = setUp({ clock, policy }, { adapter: { system: 'aws.sqs' } });

    handle(testBed, incoming({ headers: fresh }));

    expect(testBed.span('process orders').attributes['waybill.relation']).toBe('link');
  });
});

describe('the age', () => {
  it.each<[string, IncomingInit, unknown, unknown]>([
    ['the waybill header', { headers: fresh, sentAt: now - 50 }, 1.5, 'waybill'],
    [
      'the broker, without it',
      { headers: { traceparent: traceparent() }, sentAt: now - 50 },
      0.05,
      'fake-time',
    ],
    [
      'the broker, where the header was written for another span',
      { headers: { ...fresh, waybill: waybillHeader(1, { span: 'a'.repeat(16) }) }, sentAt: now - 50 },
      0.05,
      'fake-time',
    ],
    [
      'the broker, where the header is malformed',
      { headers: { ...fresh, waybill: '1-x' }, sentAt: now - 50 },
      0.05,
      'fake-time',
    ],
    ['nowhere, for a broker that says 0', { sentAt: 0 }, undefined, undefined],
    ['nowhere, for a broker that says -1', { sentAt: -1 }, undefined, undefined],
    ['nowhere, for a broker that says nonsense', { sentAt: Number.NaN }, undefined, undefined],
    [
      'the header of a later version',
      { headers: { ...fresh, waybill: `2${fresh.waybill?.slice(1)}-new` } },
      1.5,
      'waybill',
    ],
  ])('is read from %s', (_case, init, age, source) => {
    const testBed = setUp({ clock });

    handle(testBed, incoming(init));

    const { attributes } = testBed.span('process orders');
    expect([attributes['waybill.message.age'], attributes['waybill.message.age.source']]).toEqual([
      age,
      source,
    ]);
  });

  it('is 0 if the clock of the sender is ahead, which is counted', async () => {
    const testBed = setUp({ clock });

    handle(testBed, incoming({ headers: { ...fresh, waybill: waybillHeader(now + 5_000) } }));

    expect(testBed.span('process orders').attributes['waybill.message.age']).toBe(0);
    expect((await testBed.metric('waybill.carrier.rejected')).points).toEqual([
      {
        attributes: {
          'messaging.system.name': 'fake',
          'messaging.destination.name': 'orders',
          'waybill.carrier.header': 'waybill',
          'waybill.carrier.reason': 'clock-skew',
        },
        value: 1,
      },
    ]);
  });
});

describe('text of a message', () => {
  const long = `${'x'.repeat(255)}\u{1F69A}${'y'.repeat(30_000)}`;
  const cut = `${'x'.repeat(255)}\uFFFD`;

  it('is cut at 256 characters on the span', () => {
    const testBed = setUp({ clock, policy: { relation: 'link' } });
    const message = incoming({
      id: long,
      headers: fresh,
      describe: (attributes) => Object.assign(attributes, { 'fake.text': long, 'fake.texts': ['a', long] }),
      detail: (attributes) => Object.assign(attributes, { 'fake.detail': long, 'fake.number': 2 ** 40 }),
    });

    handle(testBed, message);

    const span = testBed.span('process orders');
    expect(span.attributes).toMatchObject({
      'messaging.message.id': cut,
      'fake.text': cut,
      'fake.texts': ['a', cut],
      'fake.detail': cut,
      'fake.number': 2 ** 40,
    });
    expect(span.links[0]?.attributes?.['messaging.message.id']).toBe(cut);
  });
});

describe('two copies of this package in one process', () => {
  it('make one span for nested handling of one message', () => {
    const testBed = setUp({ clock });
    const message = incoming({ headers: fresh });

    handle(testBed, message, () => {
      const active = MessageContext.of(context.active());
      const { journey } = active;
      const fromAnotherCopy: Journey = {
        id: journey?.id,
        handles: 'message',
        arrivedWith: (spanContext) => journey?.arrivedWith(spanContext) ?? false,
      };
      context.with(active.handling(active.span as Span, fromAnotherCopy), () => handle(testBed, message));
    });

    expect(testBed.spans.map(({ name }) => name)).toEqual(['process orders']);
  });
});

describe('an untrusted sender', () => {
  const policy = { trust: 'untrusted' } as const;
  const headers: Headers = {
    ...fresh,
    waybill: waybillHeader(now - 1_500, { journey: otherTrace, requestedRelation: 'p' }),
    baggage: 'tenant.id=acme,admin=true',
  };

  it('has no influence on the age, the journey and the relation', () => {
    const testBed = setUp({ clock, policy });

    handle(testBed, incoming({ headers, sentAt: now - 50 }));

    const span = testBed.span('process orders');
    expect(span.attributes).toMatchObject({
      'waybill.relation': 'link',
      'waybill.message.age': 0.05,
      'waybill.message.age.source': 'fake-time',
      'waybill.journey.id': span.spanContext().traceId,
    });
    expect(span.links[0]?.attributes?.['waybill.journey.id']).toBe(otherTrace);
  });

  it.each([
    ['alone', false],
    ['in a batch', true],
  ])('is reported to its adapter once, before anything of its message is read, %s', (_how, batch) => {
    const testBed = setUp({ clock, policy });
    const read: string[] = [];
    const message = incoming({ headers });
    const tells = (what: string) => () => void read.push(what);
    Object.assign(message, {
      distrust: tells('distrust'),
      describe: tells('describe'),
      header: tells('header'),
    });

    testBed.instrumenter.process({ messages: [message], batch }, () => undefined);

    expect(read.filter((what) => what === 'distrust')).toHaveLength(1);
    expect(read[0]).toBe('distrust');
  });

  it('has its message handled if the adapter fails at that', () => {
    const testBed = setUp({ clock, policy });
    let handled = 0;
    const distrust = (): never => {
      throw new Error('no');
    };

    handle(testBed, incoming({ headers, distrust }), () => (handled += 1));

    expect(handled).toBe(1);
    expect(testBed.span('process orders').attributes['waybill.relation']).toBe('link');
  });

  it('passes no journey on to messages of the handler', async () => {
    const testBed = setUp({ clock, policy });
    const message = new FakeOutgoing({ destination: 'next' });

    await handle(testBed, incoming({ headers }), () => testBed.instrumenter.publish(publishing([message])));

    expect(message.carrier.waybill).toContain(testBed.span('process orders').spanContext().traceId);
    expect(testBed.span('send next').attributes['waybill.journey.id']).toBe(
      testBed.span('process orders').spanContext().traceId,
    );
  });

  it('passes no journey on through the span of another instrumentation', async () => {
    const testBed = setUp({ clock, policy, diagnose: false });
    const message = new FakeOutgoing({ destination: 'next' });

    await context.with(trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: 1 }), () =>
      testBed.within(
        'orders consume',
        () =>
          handle(testBed, incoming({ headers }), () => testBed.instrumenter.publish(publishing([message]))),
        { kind: SpanKind.CONSUMER },
      ),
    );

    expect(message.carrier.waybill).not.toContain(otherTrace);
  });

  it.each<[string, readonly string[] | undefined, string[]]>([
    ['none', undefined, []],
    ['what is accepted', ['tenant.*'], ['tenant.id']],
    ['all that is accepted', ['*'], ['tenant.id', 'admin']],
  ])('passes on baggage: %s', (_case, accept, expected) => {
    const testBed = setUp({ clock, policy: { ...policy, baggage: { accept } } });
    let keys: unknown;

    handle(testBed, incoming({ headers }), () => {
      keys = (propagation.getActiveBaggage()?.getAllEntries() ?? []).map(([key]) => key);
    });

    expect(keys).toEqual(expected);
  });
});

describe('a recurring job', () => {
  it('is a new root that links to the creation of the schedule, every time', () => {
    const testBed = setUp({ clock, policy: { relation: 'parent' } });

    handle(testBed, incoming({ headers: fresh, recurring: true }));
    handle(testBed, incoming({ headers: fresh, recurring: true }));

    expect(testBed.spans.map(({ parentSpanContext, links }) => [parentSpanContext, links.length])).toEqual([
      [undefined, 1],
      [undefined, 1],
    ]);
    expect(new Set(testBed.spans.map((span) => span.spanContext().traceId)).size).toBe(2);
  });
});

describe('an attempt after another', () => {
  it('has the lower bound that the broker reports', () => {
    const testBed = setUp();
    for (const leastAttempt of [2, 2, 5]) handle(testBed, incoming({ identity: 'm-1', leastAttempt }));

    expect(testBed.spans.map(({ attributes }) => attributes['waybill.message.attempt'])).toEqual([2, 3, 5]);
  });

  const retried = { headers: fresh, id: 'm-1' };

  it('links to the one before', () => {
    const testBed = setUp({ clock });
    for (const attempt of [1, 2, 3]) handle(testBed, incoming({ ...retried, attempt }));

    const [first, second, third] = testBed.spans;
    expect(first?.links).toEqual([]);
    expect(second?.links).toMatchObject([
      {
        context: { spanId: first?.spanContext().spanId },
        attributes: { 'waybill.link.to': 'previous-attempt', 'waybill.message.attempt': 1 },
      },
    ]);
    expect(third?.links).toMatchObject([
      { context: { spanId: second?.spanContext().spanId }, attributes: { 'waybill.message.attempt': 2 } },
    ]);
    expect(third?.attributes['waybill.message.attempt']).toBe(3);
    expect(testBed.spans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
      spanId,
      spanId,
      spanId,
    ]);
  });

  it('is counted by the identity if the broker does not count', () => {
    const testBed = setUp({ clock });
    for (const identity of ['p0-7', 'p0-8', 'p0-7']) handle(testBed, incoming({ headers: fresh, identity }));

    expect(testBed.spans.map(({ attributes }) => attributes['waybill.message.attempt'])).toEqual([
      undefined,
      undefined,
      2,
    ]);
    expect(testBed.spans[2]?.links[0]?.context.spanId).toBe(testBed.spans[0]?.spanContext().spanId);
  });

  it('is not known without an identity and a count', () => {
    const testBed = setUp({ clock });
    for (let time = 0; time < 2; time++) handle(testBed, incoming(retried));

    expect(testBed.spans[1]?.links).toEqual([]);
    expect(testBed.spans[1]?.attributes).not.toHaveProperty('waybill.message.attempt');
  });

  it.each([
    ['a first attempt', { ...retried, attempt: 1 }],
    ['the same id in another queue', { ...retried, attempt: 2, destination: 'reports' }],
    ['another id', { ...retried, attempt: 2, id: 'm-2' }],
  ])('is not %s', (_case, init) => {
    const testBed = setUp({ clock });
    handle(testBed, incoming({ ...retried, attempt: 1 }));
    handle(testBed, incoming(init));

    expect(testBed.spans[1]?.links).toEqual([]);
  });

  it('does not link to one without a span', () => {
    const testBed = setUp({ clock });
    context.with(suppressTracing(context.active()), () =>
      handle(testBed, incoming({ ...retried, attempt: 1 })),
    );
    handle(testBed, incoming({ ...retried, attempt: 2 }));

    expect(testBed.span('process orders').links).toEqual([]);
  });
});

describe('an ambient span', () => {
  it('is linked while it is recording, and never the parent', () => {
    const testBed = setUp({ clock });

    testBed.within('poll', () => handle(testBed, incoming({ headers: fresh })));

    const span = testBed.span('process orders');
    expect(span.parentSpanContext?.spanId).toBe(spanId);
    expect(span.links).toMatchObject([
      {
        context: { spanId: testBed.span('poll').spanContext().spanId },
        attributes: { 'waybill.link.to': 'ambient' },
      },
    ]);
  });

  it('that has ended is not linked', () => {
    const testBed = setUp({ clock });

    testBed.within('start-up', (span) => {
      span.end();
      handle(testBed, incoming({ headers: fresh }));
    });

    expect(testBed.span('process orders').links).toEqual([]);
  });

  it('that is the parent is not linked', () => {
    const testBed = setUp({ clock });

    testBed.within('request', (span) => {
      const { traceId: trace, spanId: id } = span.spanContext();
      handle(testBed, incoming({ headers: { traceparent: traceparent(trace, id) } }));
    });

    expect(testBed.span('process orders')).toMatchObject({
      parentSpanContext: { spanId: testBed.span('request').spanContext().spanId },
      links: [],
    });
  });

  it('passes on neither baggage nor journey', async () => {
    const testBed = setUp({ clock });
    const message = new FakeOutgoing({ destination: 'next' });
    const baggage = propagation.createBaggage({ 'start.up': { value: 'yes' } });
    let seen: unknown;

    await handle(testBed, incoming({ headers: fresh }), () =>
      context.with(propagation.setBaggage(context.active(), baggage), () =>
        handle(testBed, incoming({ headers: { traceparent: traceparent(otherTrace) } }), () => {
          seen = propagation.getActiveBaggage();
          return testBed.instrumenter.publish(publishing([message]));
        }),
      ),
    );

    expect(seen).toBeUndefined();
    expect(message.carrier.waybill).toContain(otherTrace);
  });

  it('passes on everything else of its context', () => {
    const testBed = setUp({ clock });
    const key = createContextKey('of the application');
    let seen: unknown;

    context.with(context.active().setValue(key, 'kept'), () =>
      handle(testBed, incoming({ headers: fresh }), () => {
        seen = context.active().getValue(key);
      }),
    );

    expect(seen).toBe('kept');
  });

  it('passes no requested relation on to what a handler publishes', async () => {
    const testBed = setUp({ clock });
    const message = new FakeOutgoing({ destination: 'next' });

    await testBed.waybill.publishWith({ relation: 'none' }, () =>
      handle(testBed, incoming({ headers: fresh }), () =>
        testBed.instrumenter.publish(publishing([message])),
      ),
    );

    expect(message.carrier.waybill).not.toMatch(/-n$/);
  });
});

describe('another instrumentation of the same client', () => {
  const consume = (testBed: TestBed, headers: Headers, parent: string): void =>
    context.with(trace.setSpanContext(context.active(), { traceId, spanId: parent, traceFlags: 1 }), () =>
      testBed.within('orders consume', () => handle(testBed, incoming({ headers })), {
        kind: SpanKind.CONSUMER,
      }),
    );

  it('whose span is the child already is not doubled, and its span is not ended', () => {
    const testBed = setUp({ clock, diagnose: false });
    let inside: unknown;

    context.with(trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: 1 }), () =>
      testBed.within(
        'orders consume',
        () => {
          handle(testBed, incoming({ headers: { ...fresh, baggage: 'tenant.id=acme' } }), () => {
            inside = [trace.getActiveSpan(), propagation.getActiveBaggage()?.getEntry('tenant.id')?.value];
          });
          expect(testBed.span('orders consume').ended).toBe(false);
        },
        { kind: SpanKind.CONSUMER },
      ),
    );

    expect(testBed.spans).toHaveLength(1);
    expect(inside).toEqual([testBed.span('orders consume'), 'acme']);
    expect(testBed.warnings).toEqual([
      '@waybill/core application traces the same client as @waybill/fake; its spans are kept and ours are left out. Set OTEL_NODE_DISABLED_INSTRUMENTATIONS=fake. [WAYBILL_OTHER_INSTRUMENTATION]',
    ]);
  });

  it('is not detected if the message has no context', () => {
    const testBed = setUp({ clock });

    consume(testBed, {}, spanId);

    expect(testBed.spans.map(({ name }) => name)).toEqual(['orders consume', 'process orders']);
    expect(testBed.warnings).toEqual([]);
  });

  it('is not detected if the span has another parent', () => {
    const testBed = setUp({ clock });

    consume(testBed, fresh, 'a'.repeat(16));

    expect(testBed.spans.map(({ name }) => name)).toEqual(['orders consume', 'process orders']);
  });

  it('is not detected if the span is ours, which is not doubled either', () => {
    const testBed = setUp({ clock });
    const message = incoming({ headers: fresh });

    handle(testBed, message, () => handle(testBed, message));

    expect(testBed.spans).toHaveLength(1);
    expect(testBed.warnings).toEqual([]);
  });
});

function handle<R = void>(
  testBed: TestBed,
  message: IncomingMessage,
  handler: () => R = () => undefined as R,
): R {
  return testBed.instrumenter.process({ messages: [message], batch: false }, handler);
}
