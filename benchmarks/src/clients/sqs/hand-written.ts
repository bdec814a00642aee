import type { Message, MessageAttributeValue, SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { inSpan } from '../in-span.ts';
import { type MessageSpans, publishAttributesAtStart } from '../message-spans.ts';

/** What a careful engineer writes around a `SendMessage`. */
export function handWrittenSend(
  client: SQSClient,
  spans: MessageSpans,
): (input: SendMessageCommandInput) => Promise<unknown> {
  const tracer = trace.getTracer('hand-written');
  const atStart = publishAttributesAtStart(spans);
  return (input) => {
    const queue = queueName(input.QueueUrl);
    const attributes = {
      ...atStart,
      'messaging.destination.name': queue,
      'aws.sqs.queue.url': input.QueueUrl ?? '',
    };
    const span = tracer.startSpan(`send ${queue}`, { kind: SpanKind.PRODUCER, attributes });
    span.setAttribute('waybill.journey.id', span.spanContext().traceId);
    const active = trace.setSpan(context.active(), span);
    const MessageAttributes = { ...input.MessageAttributes };
    propagation.inject(active, MessageAttributes, attributeSetter);
    const send = () => client.send(new SendMessageCommand({ ...input, MessageAttributes }));
    return inSpan(span, active, send, ({ MessageId }) => {
      if (MessageId !== undefined) span.setAttribute('messaging.message.id', MessageId);
    });
  };
}

/** What a careful engineer asks for when messages are received. */
export const handWrittenReceive = {
  MessageAttributeNames: ['traceparent', 'tracestate', 'baggage'],
  MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
} as const;

/** What a careful engineer writes around the handler of a message. */
export function handWrittenHandler(
  QueueUrl: string,
  handler: (message: Message) => Promise<void>,
  spans: MessageSpans,
): (message: Message) => Promise<void> {
  const tracer = trace.getTracer('hand-written');
  const queue = queueName(QueueUrl);
  return (message) => {
    const extracted = propagation.extract(ROOT_CONTEXT, message.MessageAttributes ?? {}, attributeGetter);
    const attributes = {
      ...spans.process,
      'messaging.destination.name': queue,
      'messaging.message.id': message.MessageId ?? '',
      'aws.sqs.queue.url': QueueUrl,
      'waybill.message.attempt': Number(message.Attributes?.ApproximateReceiveCount),
      'waybill.message.age': (Date.now() - Number(message.Attributes?.SentTimestamp)) / 1_000,
      'waybill.journey.id': trace.getSpanContext(extracted)?.traceId ?? '',
    };
    const span = tracer.startSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes }, extracted);
    return inSpan(span, trace.setSpan(extracted, span), () => handler(message));
  };
}

function queueName(url = ''): string {
  return url.slice(url.lastIndexOf('/') + 1);
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
