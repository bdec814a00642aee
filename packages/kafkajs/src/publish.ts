import { copyWith, type Instrumenter, overridePublish, type PublishCall } from '@waybill/core/adapter';
import type { KafkaSender, SentBatch, SentMessage, SentRecord } from './kafka-client.ts';
import type { KafkaProducerOptions } from './kafka-tracing-options.ts';
import { OutgoingBatch } from './outgoing-batch.ts';
import { KafkaOutgoingMessage } from './outgoing-message.ts';

/** The error codes of Kafka for a record batch that is too large for its topic, or for a segment of it. */
const tooLarge: readonly unknown[] = [10, 18];

/** Makes the client's own call with a copy of each message. */
type Send = (copyOf: (message: KafkaOutgoingMessage) => SentMessage) => Promise<unknown>;

/** Traces what a producer, or a transaction of it, sends. The client itself refuses invalid input. */
export function traceSender(
  sender: KafkaSender,
  instrumenter: Instrumenter,
  options: KafkaProducerOptions,
): void {
  const client = sender as KafkaSender<SentRecord, SentBatch>;
  const sentBefore = new WeakSet<object>();
  const batchOf = (topic: string): OutgoingBatch =>
    new OutgoingBatch(topic, instrumenter.headerNames, options);

  overridePublish(client, 'send', instrumenter, (bare, record) => {
    // Some clients send the topics of a batch one by one.
    if (sentBefore.has(record)) return untraced(() => bare.call(sender, record));
    const messages = outgoing(record, batchOf);
    return publishing(instrumenter, sender, messages, (copyOf) =>
      bare.call(sender, copyWith(record, { messages: messages.map(copyOf) })),
    );
  });

  overridePublish(client, 'sendBatch', instrumenter, (bare, batch) => {
    const batches = new Map<string, OutgoingBatch>();
    const topics = (batch.topicMessages ?? []).map((record) => ({
      record,
      messages: outgoing(record, (topic) => {
        const known = batches.get(topic) ?? batchOf(topic);
        batches.set(topic, known);
        return known;
      }),
    }));
    const all = topics.flatMap(({ messages }) => messages);
    return publishing(instrumenter, sender, all, (copyOf) => {
      const topicMessages = topics.map(({ record, messages }) => {
        const copy = copyWith(record, { messages: messages.map(copyOf) });
        sentBefore.add(copy);
        return copy;
      });
      return bare.call(sender, copyWith(batch, { topicMessages }));
    });
  });
}

/**
 * The messages for one topic as core takes them.
 *
 * @throws TypeError if a client does not accept them.
 */
function outgoing(
  { topic, messages }: SentRecord,
  batchOf: (topic: string) => OutgoingBatch,
): KafkaOutgoingMessage[] {
  if (typeof topic !== 'string' || topic === '' || !messages.every(isSendable)) {
    throw new TypeError('No messages for a topic.');
  }
  const batch = batchOf(topic);
  const before = batch.count;
  batch.add(messages);
  return messages.map((message, index) => new KafkaOutgoingMessage(batch, message, before + index));
}

function untraced<R>(invoke: () => Promise<R>): PublishCall<Promise<R>> {
  return { messages: [], batch: false, completes: 'promise', invoke };
}

function publishing(
  instrumenter: Instrumenter,
  sender: KafkaSender,
  messages: readonly KafkaOutgoingMessage[],
  send: Send,
): PublishCall<Promise<unknown>> | undefined {
  if (messages.length === 0) return undefined;
  const batch = messages.length > 1;
  return {
    messages,
    batch,
    completes: 'promise',
    invoke: () =>
      send(({ copy }) => copy).then(undefined, (error: unknown) => {
        if (!isTooLarge(error) || !messages.some(hasOurs)) throw error;
        instrumenter.report(
          'WAYBILL_KAFKA_TOO_LARGE',
          `Kafka refused messages for ${messages[0]?.destination} as too large, which may be for the headers with their trace context. Tell traceProducer how many bytes the topic takes, its max.message.bytes: { maxMessageBytes: 10_000 }`,
          error,
        );
        // Some of several may already be stored, and only the owner ends a transaction.
        if (batch || sender.isActive?.() === true) throw error;
        for (const message of messages) {
          for (const name of message.ourHeaders) instrumenter.refused(message, name, 'limit');
        }
        return send(({ copyWithoutOurs }) => copyWithoutOurs);
      }),
  };
}

/** Whether a broker refused messages for their size. An error may be anything, and its code may throw when it is read. */
function isTooLarge(error: unknown): boolean {
  try {
    return tooLarge.includes((error as { readonly code?: unknown } | undefined)?.code);
  } catch {
    return false;
  }
}

/** Whether a message carries headers of ours. Unreadable headers got none. */
function hasOurs(message: KafkaOutgoingMessage): boolean {
  try {
    return message.ourHeaders.length > 0;
  } catch {
    return false;
  }
}

/** kafkajs quotes a message without a value in its error, as the caller wrote it. */
function isSendable(message: SentMessage | null | undefined): boolean {
  return typeof message === 'object' && message !== null && message.value !== undefined;
}
