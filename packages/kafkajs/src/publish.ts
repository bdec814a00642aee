import { copyWith, overrideMethod, type Port } from '@waybill/core/adapter';
import type { Message, Producer, ProducerBatch, TopicMessages, Transaction } from 'kafkajs';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import { KafkaOutgoingMessage } from './outgoing-message.ts';

type Sender = Pick<Producer | Transaction, 'send' | 'sendBatch'>;

/** Traces what a producer, or a transaction of it, sends. Input that kafkajs will refuse is left for it to refuse. */
export function traceSender(sender: Sender, port: Port, options: KafkaTracingOptions): void {
  overrideMethod(sender, 'send', (original, bare) => (record) => {
    if (port.isIdle) return original.call(sender, record);
    const messages = outgoing(record?.topic, record?.messages, options);
    if (messages === undefined || messages.length === 0) return original.call(sender, record);
    return port.publish({
      messages,
      batch: messages.length > 1,
      completes: 'promise',
      invoke: () => bare.call(sender, copyWith(record, { messages: messages.map(({ copy }) => copy) })),
    });
  });

  overrideMethod(sender, 'sendBatch', (original, bare) => (record) => {
    if (port.isIdle) return original.call(sender, record);
    const topics = batchTopics(record);
    const outgoings = topics.map((topic) => outgoing(topic?.topic, topic?.messages, options));
    const messages = outgoings.flatMap((of) => of ?? []);
    if (messages.length === 0 || outgoings.includes(undefined)) return original.call(sender, record);
    return port.publish({
      messages,
      batch: messages.length > 1,
      completes: 'promise',
      invoke: () => {
        const topicMessages = topics.map((topic, index) =>
          copyWith(topic, { messages: (outgoings[index] ?? []).map(({ copy }) => copy) }),
        );
        return bare.call(sender, copyWith(record, { topicMessages }));
      },
    });
  });
}

/** The topics of a batch; none where they are not a list. */
function batchTopics(record: ProducerBatch | undefined): readonly TopicMessages[] {
  const topics = record?.topicMessages;
  return Array.isArray(topics) ? topics : [];
}

/** The messages as core takes them; `undefined` where they are not what kafkajs takes. */
function outgoing(
  topic: string | undefined,
  messages: readonly Message[] | undefined,
  options: KafkaTracingOptions,
): KafkaOutgoingMessage[] | undefined {
  if (typeof topic !== 'string' || topic === '' || !Array.isArray(messages)) return undefined;
  if (!messages.every(isSendable)) return undefined;
  return messages.map((message) => new KafkaOutgoingMessage(topic, message, options));
}

/** kafkajs quotes a message without a value in its error, as the caller wrote it. */
function isSendable(message: Message | null | undefined): boolean {
  return typeof message === 'object' && message !== null && message.value !== undefined;
}
