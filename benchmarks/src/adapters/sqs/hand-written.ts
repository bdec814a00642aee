import type { MessageAttributeValue, SQSClient } from '@aws-sdk/client-sqs';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { fail } from '../fail.ts';
import { processAttributes, sendAttributes } from './attributes.ts';
import type { Handle, Sdk, Send } from './sdk.ts';

/** What a careful engineer writes around a `SendMessage`. */
export function handWrittenSend(sdk: Sdk, client: SQSClient): Send {
  const tracer = trace.getTracer('hand');
  return async (input) => {
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
}

/** What a careful engineer writes around the handler of a message, which was asked for with its propagation headers. */
export function handWrittenHandle(handler: () => Promise<void>): Handle {
  const tracer = trace.getTracer('hand');
  return async (message) => {
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
