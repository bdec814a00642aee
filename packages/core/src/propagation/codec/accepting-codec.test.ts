import { describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
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
import type { QueueRule } from '../../policy/policy.ts';
import type { HeaderValue } from '../../seam/headers.ts';

const other = traceparent('1'.repeat(32), '2'.repeat(16));
const accept = ['traceparent', 'ce_traceparent', 'Diagnostic-Id'];

/** What the span of a message with these headers is a child of, and its attributes. */
function handle(headers: Headers, rule: QueueRule = { accept }): ReturnType<TestBed['span']> {
  const testBed = setUp({ policy: { queues: { orders: { relation: 'parent', ...rule } } } });
  testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () => undefined);
  return testBed.span('process orders');
}

/** A text as AMQP 1.0 encodes it. */
function amqp(text: string, code: number): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(code < 0xb0 ? 1 : 4);
  if (length.length === 1) length.writeUInt8(bytes.length);
  else length.writeUInt32BE(bytes.length);
  return Buffer.concat([Buffer.from([code]), length, bytes]);
}

describe('a rule that accepts other names', () => {
  it.each<[string, Headers, string]>([
    ['the first', { traceparent: traceparent() }, spanId],
    ['another, where it stands alone', { ce_traceparent: traceparent() }, spanId],
    ['one in lower case', { 'diagnostic-id': traceparent() }, spanId],
    ['the first of two', { ce_traceparent: other, traceparent: traceparent() }, spanId],
    ['the first that is valid', { traceparent: 'no', 'diagnostic-id': traceparent() }, spanId],
    ['bytes', { ce_traceparent: Buffer.from(traceparent()) }, spanId],
  ])('reads %s', (_which, headers, parent) => {
    expect(handle(headers).parentSpanContext?.spanId).toBe(parent);
  });

  it.each<[string, HeaderValue]>([
    ['a JSON text with quotes', JSON.stringify(traceparent())],
    ['the bytes of one', Buffer.from(JSON.stringify(traceparent()))],
    ['a short text of AMQP', amqp(traceparent(), 0xa1)],
    ['a long text of AMQP', amqp(traceparent(), 0xb1)],
    ['a symbol of AMQP', amqp(traceparent(), 0xa3)],
    ['a long symbol of AMQP', amqp(traceparent(), 0xb3)],
    ['quotes within AMQP', amqp(JSON.stringify(traceparent()), 0xa1)],
    ['a list of one', [JSON.stringify(traceparent())]],
  ])('unwraps %s', (_what, value) => {
    expect(handle({ traceparent: value }).parentSpanContext).toMatchObject({ traceId, spanId });
  });

  it.each<[string, HeaderValue]>([
    ['a text that ends early', amqp(traceparent(), 0xa1).subarray(0, 40)],
    ['a long text that ends early', amqp(traceparent(), 0xb1).subarray(0, 3)],
    ['another code', Buffer.concat([Buffer.from([0xa0, 55]), Buffer.from(traceparent())])],
    ['one quote', `"${traceparent()}`],
    ['quotes around no JSON', `"${traceparent()}\\"`],
    ['a quote alone', '"'],
    ['nothing', Buffer.alloc(0)],
  ])('takes %s for malformed', (_what, value) => {
    expect(handle({ traceparent: value }).attributes['waybill.relation.reason']).toBe('malformed');
  });

  it('tells a message without any of them from a malformed one', () => {
    expect(handle({}).attributes['waybill.relation.reason']).toBe('no-context');
    expect(handle({ ce_traceparent: 'no' }).attributes['waybill.relation.reason']).toBe('malformed');
  });

  it('reads the trace state that stands beside the context', () => {
    const headers = { ce_traceparent: traceparent(), ce_tracestate: 'a=1', tracestate: 'b=2' };

    expect(handle(headers).spanContext().traceState?.serialize()).toBe('a=1');
    expect(
      handle({ 'diagnostic-id': traceparent(), tracestate: 'b=2' }).spanContext().traceState,
    ).toBeUndefined();
  });

  it('unwraps baggage and our own header, too', () => {
    const sentAt = Date.now() - 5_000;
    const headers = {
      traceparent: JSON.stringify(traceparent()),
      waybill: JSON.stringify(waybillHeader(sentAt, { journey: 'f'.repeat(32) })),
    };

    expect(handle(headers).attributes).toMatchObject({
      'waybill.message.age.source': 'waybill',
      'waybill.journey.id': 'f'.repeat(32),
    });
  });

  it('undoes nothing for a rule that does not say so', () => {
    const headers = { traceparent: JSON.stringify(traceparent()) };

    expect(handle(headers, {}).attributes['waybill.relation.reason']).toBe('malformed');
    expect(handle({ ce_traceparent: traceparent() }, {}).attributes['waybill.relation.reason']).toBe(
      'no-context',
    );
  });

  it('writes traceparent, and keeps a context of the caller under any of the names', async () => {
    const testBed = setUp({ policy: { accept } });
    const [fresh, kept] = [new FakeOutgoing(), new FakeOutgoing({ headers: { ce_traceparent: other } })];
    await testBed.instrumenter.publish(publishing([fresh]));
    await testBed.instrumenter.publish(publishing([kept]));

    expect(Object.keys(fresh.carrier)).toEqual(['traceparent', 'waybill']);
    expect(kept.carrier).toMatchObject({ ce_traceparent: other });
    expect(kept.carrier.traceparent).toBeUndefined();
    expect(testBed.spans[1]?.links.map((link) => link.context.spanId)).toEqual(['2'.repeat(16)]);
  });

  it('takes a forwarded context out of its name, so that the chain goes on', async () => {
    const testBed = setUp({ policy: { accept: ['ce_traceparent', 'traceparent'] } });
    const headers = { ce_traceparent: traceparent(), ce_tracestate: 'a=1' };
    const copy = new FakeOutgoing({ headers, destination: 'bills' });
    await testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () =>
      testBed.instrumenter.publish(publishing([copy])),
    );

    const { spanId: sent } = testBed.span('send bills').spanContext();
    expect(copy.carrier.ce_traceparent).toBeUndefined();
    expect(copy.carrier.ce_tracestate).toBeUndefined();
    expect(copy.carrier.traceparent).toBe(traceparent(traceId, sent));
  });

  it('is one of several: adapters ask for the names of all rules', () => {
    const { instrumenter } = setUp({
      policy: { queues: { orders: { accept }, bills: { accept: ['x-trace'] } } },
    });

    expect(instrumenter.headerNames).toEqual([
      'traceparent',
      'tracestate',
      'baggage',
      'ce_traceparent',
      'diagnostic-id',
      'ce_tracestate',
      'x-trace',
      'waybill',
    ]);
  });

  it('leaves no span behind in the context that it reads in', () => {
    handle({ ce_traceparent: traceparent() });

    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});
