import { createRequire } from 'node:module';
import type { Message, MessageAttributeValue, SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import type { Step } from '../measure/slices.ts';
import type { Contenders, Traffic } from './contenders.ts';
import { sqsService } from './sqs-service.ts';
import { waybillOf } from './waybill-of.ts';

type Sdk = typeof import('@aws-sdk/client-sqs');
type Send = (input: SendMessageCommandInput) => Promise<unknown>;
type Handle = (message: Message) => Promise<void>;

/** The AWS SDK: `SendMessage`, `ReceiveMessage`, and a handler. */
export const sqs: Contenders = {
  name: 'sqs',

  async bare(traffic) {
    const sdk = load();
    return hop(sdk, new sdk.SQSClient(sqsService()), traffic);
  },

  async floor() {
    const tracer = trace.getTracer('floor');
    const parent = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
    return () => {
      const sent = { ...sendAttributes(), 'messaging.message.id': 'one', 'waybill.journey.id': traceId };
      tracer.startSpan('send orders', { kind: SpanKind.PRODUCER, attributes: sent }).end();
      const handled = processAttributes('one', 1, traceId, 0.001);
      tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, attributes: handled }, parent).end();
    };
  },

  async handWritten(traffic) {
    const sdk = load();
    const tracer = trace.getTracer('hand');
    const client = new sdk.SQSClient(sqsService());
    const send: Send = async (input) => {
      const options = { kind: SpanKind.PRODUCER, attributes: sendAttributes() };
      const span = tracer.startSpan('send orders', options);
      span.setAttribute('waybill.journey.id', span.spanContext().traceId);
      const active = trace.setSpan(context.active(), span);
      const MessageAttributes = { ...input.MessageAttributes };
      propagation.inject(active, MessageAttributes, attributeSetter);
      try {
        const command = new sdk.SendMessageCommand({ ...input, MessageAttributes });
        const result = await context.with(active, () => client.send(command));
        if (result.MessageId !== undefined) span.setAttribute('messaging.message.id', result.MessageId);
        return result;
      } catch (error) {
        fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    };
    const handle: Handle = async (message) => {
      const extracted = propagation.extract(ROOT_CONTEXT, message.MessageAttributes ?? {}, attributeGetter);
      const journey = trace.getSpanContext(extracted)?.traceId ?? '';
      const age = (Date.now() - Number(message.Attributes?.SentTimestamp)) / 1_000;
      const attempt = Number(message.Attributes?.ApproximateReceiveCount);
      const attributes = processAttributes(message.MessageId ?? '', attempt, journey, age);
      const span = tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, attributes }, extracted);
      try {
        await context.with(trace.setSpan(extracted, span), handler);
      } catch (error) {
        fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    };
    return hop(sdk, client, traffic, { send, handle, asked: ['traceparent', 'tracestate', 'baggage'] });
  },

  /** The instrumentation patches modules as they load, so it gets a copy of the SDK of its own. */
  async contrib(traffic) {
    load();
    const bare = Object.entries(require.cache);
    for (const [path] of bare) if (/[\\/](@aws-sdk|@smithy)[\\/]/.test(path)) delete require.cache[path];
    registerInstrumentations({ instrumentations: [new AwsInstrumentation()] });
    const patched = require('@aws-sdk/client-sqs') as Sdk;
    return hop(patched, new patched.SQSClient(sqsService()), traffic);
  },

  async waybill(traffic, setup) {
    const sdk = load();
    const client = traceSqsClient(new sdk.SQSClient(sqsService()), waybillOf(setup));
    return hop(sdk, client, traffic, { handle: (message) => processMessage(message, handler) });
  },
};

const require = createRequire(import.meta.url);
let loaded: Sdk | undefined;

/** One copy for all but the patched one. */
function load(): Sdk {
  loaded ??= require('@aws-sdk/client-sqs') as Sdk;
  return loaded;
}

const handler = async (): Promise<void> => undefined;

function hop(
  sdk: Sdk,
  client: SQSClient,
  { queues = 1 }: Traffic,
  traced: { readonly send?: Send; readonly handle?: Handle; readonly asked?: string[] } = {},
): Step {
  const { handle = handler, asked } = traced;
  const send: Send = traced.send ?? ((input) => client.send(new sdk.SendMessageCommand(input)));
  const system = { MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'] } as const;
  let turn = 0;
  return async () => {
    const queue = queues === 1 ? 'orders' : `orders-${turn++ % queues}`;
    const QueueUrl = `http://127.0.0.1:1/000000000000/${queue}`;
    await send({ QueueUrl, MessageBody: 'one' });
    const receive = { QueueUrl, ...(asked && { MessageAttributeNames: asked, ...system }) };
    const command = new sdk.ReceiveMessageCommand(receive as { QueueUrl: string });
    const { Messages = [] } = await client.send(command);
    for (const message of Messages) await handle(message);
  };
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const queueUrl = 'http://127.0.0.1:1/000000000000/orders';

function sendAttributes(): Attributes {
  return {
    'messaging.system.name': 'aws.sqs',
    'messaging.system': 'aws.sqs',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'orders',
    'aws.sqs.queue.url': queueUrl,
  };
}

function processAttributes(id: string, attempt: number, journey: string, age: number): Attributes {
  return {
    'messaging.system.name': 'aws.sqs',
    'messaging.system': 'aws.sqs',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'orders',
    'messaging.message.id': id,
    'aws.sqs.queue.url': queueUrl,
    'waybill.message.attempt': attempt,
    'waybill.relation': 'parent',
    'waybill.relation.reason': 'fresh',
    'waybill.message.age': age,
    'waybill.message.age.source': 'SentTimestamp',
    'waybill.journey.id': journey,
  };
}

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
  span.setStatus({ code: SpanStatusCode.ERROR });
}

type MessageAttributes = Record<string, MessageAttributeValue>;

const attributeSetter: TextMapSetter<MessageAttributes> = {
  set(attributes, name, value) {
    attributes[name] = { DataType: 'String', StringValue: value };
  },
};

const attributeGetter: TextMapGetter<MessageAttributes> = {
  keys: (attributes) => Object.keys(attributes),
  get: (attributes, name) => attributes[name]?.StringValue,
};
