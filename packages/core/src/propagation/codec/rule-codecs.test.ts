import { describe, expect, it } from '@jest/globals';
import type { TextMapPropagator } from '@opentelemetry/api';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import {
  FakeOutgoing,
  type Headers,
  incoming,
  publishing,
  spanId,
  traceId,
  traceparent,
} from '../../../test/fake-messages.ts';
import { setUp } from '../../../test/test-bed.ts';

const b3 = new B3Propagator();
const b3Headers = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
const jaeger = new JaegerPropagator();
const xray = new AWSXRayPropagator();
const xrayTrace = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;

describe('a rule with a propagator of its own', () => {
  it.each<[string, TextMapPropagator, Headers]>([
    ['B3 in one header', b3, { b3: `${traceId}-${spanId}-1` }],
    ['B3 in several', b3, { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' }],
    ['B3 that writes several', b3Headers, { b3: `${traceId}-${spanId}-1` }],
    ['Jaeger', jaeger, { 'uber-trace-id': `${traceId}:${spanId}:0:1` }],
    ['X-Ray', xray, { 'x-amzn-trace-id': `Root=${xrayTrace};Parent=${spanId};Sampled=1` }],
  ])('reads %s', (_format, propagator, headers) => {
    const testBed = setUp({ policy: { queues: { orders: { propagator } } } });
    testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () => undefined);

    expect(testBed.span('process orders').parentSpanContext).toMatchObject({ traceId, spanId });
  });

  it.each<[string, TextMapPropagator, string[]]>([
    ['B3 in one header', b3, ['b3', 'waybill']],
    ['B3 in several', b3Headers, ['x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid', 'waybill']],
    ['Jaeger', jaeger, ['uber-trace-id', 'waybill']],
    ['X-Ray', xray, ['x-amzn-trace-id', 'waybill']],
  ])('writes %s', async (_format, propagator, written) => {
    const testBed = setUp({ policy: { queues: { orders: { propagator } } } });
    const [message, elsewhere] = [new FakeOutgoing(), new FakeOutgoing({ destination: 'bills' })];
    await testBed.instrumenter.publish(publishing([message]));
    await testBed.instrumenter.publish(publishing([elsewhere]));

    expect(Object.keys(message.carrier).sort()).toEqual([...written].sort());
    expect(Object.keys(elsewhere.carrier)).toEqual(['traceparent', 'waybill']);
  });

  it.each<[string, Headers, string]>([
    ['b3: 0', { b3: '0' }, 'no-context'],
    ['b3: 1', { b3: '1' }, 'no-context'],
    ['b3: d', { b3: 'd' }, 'no-context'],
    ['a sampling header alone', { 'x-b3-sampled': '0' }, 'no-context'],
    ['a debug header alone', { 'x-b3-flags': '1' }, 'no-context'],
    ['a trace id without a span id', { 'x-b3-traceid': traceId, 'x-b3-sampled': '1' }, 'malformed'],
    ['what is no B3', { b3: 'no' }, 'malformed'],
    ['nothing', {}, 'no-context'],
  ])('takes %s of B3 for what it is', async (_what, headers, reason) => {
    const testBed = setUp({ policy: { propagator: b3Headers, queues: { single: { propagator: b3 } } } });
    const destination = 'b3' in headers ? 'single' : 'orders';
    const message = incoming({ headers, destination });
    testBed.instrumenter.process({ messages: [message], batch: false }, () => undefined);

    expect(testBed.span(`process ${destination}`).attributes['waybill.relation.reason']).toBe(reason);
    expect((await testBed.metric('waybill.carrier.rejected')).points).toHaveLength(
      reason === 'malformed' ? 1 : 0,
    );
  });

  it('wins over that of createWaybill, and so does a list of names', () => {
    const queues = { orders: { propagator: b3 }, bills: { accept: ['traceparent'] } };
    const testBed = setUp({ propagator: jaeger, policy: { queues } });
    const headers = {
      b3: `${traceId}-${'1'.repeat(16)}-1`,
      traceparent: traceparent(traceId, '2'.repeat(16)),
      'uber-trace-id': `${traceId}:${'3'.repeat(16)}:0:1`,
    };
    for (const destination of ['orders', 'bills', 'others']) {
      const messages = [incoming({ headers, destination })];
      testBed.instrumenter.process({ messages, batch: false }, () => undefined);
    }

    expect(testBed.spans.map((span) => span.parentSpanContext?.spanId)).toEqual(
      ['1', '2', '3'].map((digit) => digit.repeat(16)),
    );
  });

  it('wins over the names of the default, and a rule’s names over the default’s propagator', () => {
    const headers = { b3: `${traceId}-${spanId}-1`, ce_traceparent: traceparent(traceId, '1'.repeat(16)) };
    const parentOf = (policy: object): string | undefined => {
      const testBed = setUp({ policy });
      testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () => undefined);
      return testBed.span('process orders').parentSpanContext?.spanId;
    };

    expect(parentOf({ accept: ['ce_traceparent'], queues: { orders: { propagator: b3 } } })).toBe(spanId);
    expect(parentOf({ propagator: b3, queues: { orders: { accept: ['ce_traceparent'] } } })).toBe(
      '1'.repeat(16),
    );
  });
});
