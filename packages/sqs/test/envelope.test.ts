import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { createWaybill, type WaybillPolicy } from '@waybill/core';
import { startTestTelemetry, type TestTelemetry } from '@waybill/testing';
import { traceLambdaHandler } from '../src/index.ts';
import { activeBaggage } from './sqs-test-bed.ts';

const traceId = 'a'.repeat(32);
const traceparent = `00-${traceId}-${'b'.repeat(16)}-01`;
const sns = (parts: object = {}) =>
  JSON.stringify({
    Type: 'Notification',
    TopicArn: 'arn:aws:sns:eu-west-1:1:orders',
    Message: 'one chair',
    MessageAttributes: {
      traceparent: { Type: 'String', Value: traceparent },
      baggage: { Type: 'Binary', Value: Buffer.from('tenant.id=acme').toString('base64') },
    },
    ...parts,
  });
const event = (parts: object = {}) =>
  JSON.stringify({
    'detail-type': 'order placed',
    source: 'shop',
    detail: { traceparent, baggage: 'tenant.id=acme', order: { id: 1 } },
    ...parts,
  });
const eventbridge = event();

let telemetry: TestTelemetry;
let tenant: string | undefined;
beforeEach(async () => {
  telemetry = await startTestTelemetry();
  tenant = undefined;
});
afterEach(() => telemetry.shutdown());

/** Handles a record with a body, and gives its span. */
async function handle(body: unknown, policy: WaybillPolicy, messageAttributes: object = {}) {
  const handler = traceLambdaHandler(async (_event: object) => {
    tenant = activeBaggage()['tenant.id'];
  }, createWaybill({ policy }));
  const eventSourceARN = 'arn:aws:sqs:eu-west-1:1:orders';
  await handler({ Records: [{ eventSource: 'aws:sqs', eventSourceARN, body, messageAttributes }] });
  return telemetry.spans.named('process orders').only;
}

describe('a context in an envelope', () => {
  it.each<[string, string, WaybillPolicy['envelope']]>([
    ['of SNS', sns(), 'sns'],
    ['of SNS, told apart', sns(), 'auto'],
    ['of EventBridge', eventbridge, 'eventbridge'],
    ['of EventBridge, told apart', eventbridge, 'auto'],
    ['that is as long as may be', sns(), { format: 'sns', maxBytes: sns().length }],
  ])('%s is continued where the rule says so', async (_title, body, envelope) => {
    const span = await handle(body, { envelope });

    expect([span.traceId, tenant]).toEqual([traceId, 'acme']);
  });

  it.each<[string, unknown, WaybillPolicy['envelope']]>([
    ['no rule says so', sns(), undefined],
    ['it is of another format', eventbridge, 'sns'],
    ['it is of the other format', sns(), 'eventbridge'],
    ['the body is too long', sns(), { format: 'sns', maxBytes: sns().length - 1 }],
    ['the body is no JSON', '{"Type": "Notification", ', 'auto'],
    ['the body is JSON of another kind', '["Notification"]', 'auto'],
    ['the body is nested without end', `{"a":${'['.repeat(131_072)}${']'.repeat(131_072)}}`, 'auto'],
    ['the attributes are none', sns({ MessageAttributes: 'traceparent' }), 'sns'],
    ['an attribute is none', sns({ MessageAttributes: { traceparent: null } }), 'sns'],
    [
      'an attribute is no text',
      sns({ MessageAttributes: { traceparent: { Type: 'Binary', Value: 7 } } }),
      'sns',
    ],
    ['it is no notification', sns({ Type: 'SubscriptionConfirmation' }), 'auto'],
    ['it is no event', event({ 'detail-type': undefined }), 'auto'],
    ['a part of the event is no text', event({ detail: { traceparent: 7 } }), 'eventbridge'],
    ['there is no body', undefined, 'auto'],
    ['the body is no text', { Type: 'Notification' }, 'auto'],
  ])('is not read where %s', async (_title, body, envelope) => {
    const span = await handle(body, { envelope });

    expect(span.traceId).not.toBe(traceId);
    expect(span.attributes['waybill.relation.reason']).toBe('no-context');
  });

  it('gives way to one of the message itself', async () => {
    const own = { traceparent: { stringValue: traceparent.replaceAll('a', 'c'), dataType: 'String' } };

    expect((await handle(sns(), { envelope: 'sns' }, own)).traceId).toBe('c'.repeat(32));
  });

  it.each<[string, string]>([
    ['a notification without attributes', sns({ MessageAttributes: undefined })],
    ['a notification whose attributes are null', sns({ MessageAttributes: null })],
    ['a notification whose attributes are a list', sns({ MessageAttributes: [] })],
    ['an event whose detail is a text', event({ detail: 'one chair' })],
  ])('leaves the message its own baggage where the body is %s', async (_title, body) => {
    await handle(
      body,
      { envelope: 'auto' },
      { baggage: { stringValue: 'tenant.id=own', dataType: 'String' } },
    );

    expect(tenant).toBe('own');
  });

  it('in a format that the adapter does not know is reported once, and bodies are not looked at', async () => {
    const warnings: string[] = [];
    const ignore = () => undefined;
    const logger = { error: ignore, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger({ ...logger, warn: (...parts) => warnings.push(parts.join(' ')) }, DiagLogLevel.WARN);
    try {
      const span = await handle(sns(), { envelope: 'cloudevents' });

      expect(span.traceId).not.toBe(traceId);
      expect(warnings).toEqual([
        expect.stringContaining(
          'The rule "(default)" has the envelope "cloudevents", which @waybill/sqs does not know; bodies are not looked at. Use one of sns, eventbridge, auto',
        ),
      ]);
    } finally {
      diag.disable();
    }
  });
});
