import type { Message, MessageSystemAttributeName, QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import {
  type Instrumenter,
  instrumenterOf,
  processMessage,
  type Waybill,
  wrapFunction,
  wrongUse,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import { receivedMessage } from './incoming-message.ts';
import { type Queue, queueOf } from './queue.ts';
import { namesToAskFor } from './receive.ts';
import { traceSqsClient } from './trace-sqs-client.ts';

/** What {@link traceConsumerOptions} needs of the options of `sqs-consumer`. */
export interface ConsumerOptions {
  readonly queueUrl: string;
  readonly sqs?: SQSClient | undefined;
  readonly attributeNames?: QueueAttributeName[] | undefined;
  readonly messageAttributeNames?: string[] | undefined;
  readonly messageSystemAttributeNames?: MessageSystemAttributeName[] | undefined;
  handleMessage?(message: Message): Promise<Message | undefined>;
  handleMessageBatch?(messages: Message[]): Promise<Message[] | undefined>;
}

/**
 * Traces a consumer of the package `sqs-consumer` (15, and from 12 on): `handleMessage` runs in the span of its message, with its
 * context and baggage, and `handleMessageBatch` in a span that links to all messages of the batch, in which `processMessage` handles
 * one of them. It asks for the attributes that tracing needs on top of those that the options ask for.
 *
 * A client in the option `sqs` is traced as by {@link traceSqsClient}: then deletes and changes of visibility, heartbeats among them,
 * have spans, too, in the trace of their message. A client that the consumer makes itself is out of reach.
 *
 * @returns a copy of the options, of the same type.
 * @throws {WaybillError} with code `WAYBILL_INVALID_OPTION` when these are not options of a consumer.
 *
 * @example
 * const consumer = Consumer.create(
 *   traceConsumerOptions({ queueUrl, sqs: new SQSClient({}), handleMessage: async (message) => message }, waybill),
 * );
 */
export function traceConsumerOptions<O extends ConsumerOptions>(options: O, waybill: Waybill): O {
  assertConsumerOptions(options);
  const instrumenter = instrumenterOf(waybill, adapterInfo, 'traceConsumerOptions');
  const queue = queueOf({ QueueUrl: options.queueUrl });
  if (queue === undefined || instrumenter.isDisabled) return options;
  const traced: Partial<Writable<ConsumerOptions>> = namesFor(options, queue, instrumenter);
  if (options.sqs !== undefined) traced.sqs = traceSqsClient(options.sqs, waybill);
  const { handleMessage, handleMessageBatch } = options;
  if (typeof handleMessage === 'function') {
    traced.handleMessage = wrapFunction(handleMessage, (call, [message]) => {
      if (instrumenter.isIdle) return call();
      instrumenter.remember([receivedMessage(queue, message)]);
      return processMessage(message, call);
    });
  }
  if (typeof handleMessageBatch === 'function') {
    traced.handleMessageBatch = wrapFunction(handleMessageBatch, (call, [messages]) => {
      if (instrumenter.isIdle) return call();
      const delivered = messages.map((message) => receivedMessage(queue, message));
      return instrumenter.process({ messages: delivered, batch: true }, call);
    });
  }
  return { ...options, ...traced };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The options that name attributes. */
function namesFor(
  options: ConsumerOptions,
  queue: Queue,
  instrumenter: Instrumenter,
): Partial<ConsumerOptions> {
  const { MessageAttributeNames, MessageSystemAttributeNames, AttributeNames } = namesToAskFor(
    {
      MessageAttributeNames: options.messageAttributeNames,
      MessageSystemAttributeNames: options.messageSystemAttributeNames,
      AttributeNames: options.attributeNames,
    },
    queue,
    instrumenter,
  );
  return {
    messageAttributeNames: MessageAttributeNames,
    ...(MessageSystemAttributeNames && { messageSystemAttributeNames: MessageSystemAttributeNames }),
    ...(AttributeNames && { attributeNames: AttributeNames }),
  };
}

function assertConsumerOptions(options: ConsumerOptions): void {
  const { queueUrl, handleMessage, handleMessageBatch } = Object(options) as Partial<ConsumerOptions>;
  if (
    typeof queueUrl === 'string' &&
    (typeof handleMessage === 'function' || typeof handleMessageBatch === 'function')
  )
    return;
  throw wrongUse(
    'WAYBILL_INVALID_OPTION',
    'traceConsumerOptions: options',
    options,
    'are not options of a consumer. Pass what Consumer.create takes: { queueUrl, handleMessage, … }.',
  );
}
