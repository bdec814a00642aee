import { describe, expect, it } from '@jest/globals';
import { context, type Span, trace } from '@opentelemetry/api';
import { incoming, spanId, traceId, traceparent, waybillHeader } from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';

const headers = { traceparent: traceparent(), waybill: waybillHeader(Date.now()) };

function handle(testBed: TestBed, ...messages: IncomingMessage[]): void {
  testBed.instrumenter.process({ messages, batch: messages.length > 1 }, () => undefined);
}

describe('a rule that says ambient', () => {
  it('names itself, and the journey of the message', () => {
    const testBed = setUp({ policy: { queues: { 'ord*': { relation: 'ambient' } } } });
    testBed.within('invocation', () => handle(testBed, incoming({ headers })));

    expect(testBed.span('process orders').attributes).toMatchObject({
      'waybill.relation': 'ambient',
      'waybill.relation.rule': 'ord*',
      'waybill.journey.id': traceId,
    });
  });

  it('makes a root that links where the active span has ended', () => {
    const testBed = setUp({ policy: { relation: 'ambient' } });
    let ended: Span | undefined;
    testBed.within('start-up', (span) => {
      ended = span;
    });
    context.with(trace.setSpan(context.active(), ended as Span), () =>
      handle(testBed, incoming({ headers })),
    );

    const span = testBed.span('process orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links.map((link) => link.context.spanId)).toEqual([spanId]);
    expect(span.attributes['waybill.relation.reason']).toBe('no-ambient');
  });

  it('takes a remote span for its parent, as where an invocation has no span of its own in this process', () => {
    const testBed = setUp({ policy: { relation: 'ambient' } });
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true };
    context.with(trace.setSpanContext(context.active(), remote), () =>
      handle(testBed, incoming({ headers })),
    );

    expect(testBed.span('process orders').parentSpanContext?.spanId).toBe(remote.spanId);
  });

  it('makes a child without links of a message that has no context', () => {
    const testBed = setUp({ policy: { relation: 'ambient' } });
    testBed.within('invocation', () => handle(testBed, incoming()));

    const span = testBed.span('process orders');
    expect(span.parentSpanContext?.spanId).toBe(testBed.span('invocation').spanContext().spanId);
    expect(span.links).toEqual([]);
    expect(span.attributes['waybill.relation.reason']).toBe('no-context');
  });

  it('does not link to the span that is the parent, where the message was sent inside it', () => {
    const testBed = setUp({ policy: { relation: 'ambient' } });
    testBed.within('request', (span) => {
      const sender = span.spanContext();
      handle(testBed, incoming({ headers: { traceparent: traceparent(sender.traceId, sender.spanId) } }));
    });

    expect(testBed.span('process orders').links).toEqual([]);
  });

  it('makes a batch a child of the active span that links to its messages', () => {
    const testBed = setUp({ policy: { queues: { orders: { relation: 'ambient' } } } });
    const other = incoming({ headers: { traceparent: traceparent(traceId, '1'.repeat(16)) } });
    testBed.within('invocation', () => handle(testBed, incoming({ headers }), other));

    const span = testBed.span('process orders');
    expect(span.parentSpanContext?.spanId).toBe(testBed.span('invocation').spanContext().spanId);
    expect(span.links.map((link) => link.context.spanId)).toEqual([spanId, '1'.repeat(16)]);
    expect(span.attributes).toMatchObject({
      'waybill.relation': 'ambient',
      'waybill.relation.reason': 'batch',
      'waybill.relation.rule': 'orders',
    });
  });

  it('counts the ages of such a batch under its relation', async () => {
    const testBed = setUp({ policy: { relation: 'ambient' } });
    testBed.within('invocation', () => handle(testBed, incoming({ headers }), incoming({ headers })));

    const { points } = await testBed.metric('waybill.message.age');
    expect(points).toMatchObject([{ attributes: { 'waybill.relation': 'ambient' }, value: { count: 2 } }]);
  });

  it('leaves a batch of several queues a root', () => {
    const testBed = setUp({ policy: { relation: 'ambient' } });
    testBed.within('invocation', () =>
      handle(testBed, incoming({ headers }), incoming({ headers, destination: 'bills' })),
    );

    const span = testBed.span('process');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes['waybill.relation']).toBe('link');
    expect(span.attributes['waybill.relation.rule']).toBeUndefined();
  });
});

it('a late message says after what age, in seconds', () => {
  const testBed = setUp({ policy: { linkAfter: '1500ms' } });
  handle(testBed, incoming({ headers: { ...headers, waybill: waybillHeader(Date.now() - 60_000) } }));

  expect(testBed.span('process orders').attributes).toMatchObject({
    'waybill.relation.reason': 'late',
    'waybill.relation.link_after': 1.5,
    'waybill.relation.rule': '(default)',
  });
});

describe('a rule whose retries link', () => {
  it('makes a root of a second delivery that links to the creation and to the delivery before', () => {
    const testBed = setUp({ policy: { queues: { orders: { relation: 'parent', retries: 'link' } } } });
    handle(testBed, incoming({ headers, id: 'm-1', attempt: 1 }));
    handle(testBed, incoming({ headers, id: 'm-1', attempt: 2 }));

    const [first, second] = testBed.spans;
    expect(first?.parentSpanContext?.spanId).toBe(spanId);
    expect(second?.parentSpanContext).toBeUndefined();
    expect(second?.links.map((link) => link.context.spanId)).toEqual([spanId, first?.spanContext().spanId]);
    expect(second?.attributes['waybill.relation.reason']).toBe('retry');
  });

  it('knows a second delivery of this process where the broker does not count', () => {
    const testBed = setUp({ policy: { retries: 'link' } });
    handle(testBed, incoming({ headers, identity: 'm-1' }));
    handle(testBed, incoming({ headers, identity: 'm-1' }));

    expect(testBed.spans.map((span) => span.attributes['waybill.relation.reason'])).toEqual([
      'fresh',
      'retry',
    ]);
  });
});
