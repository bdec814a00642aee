import { overrideMethod, type Port } from '@waybill/core/adapter';
import type { Message, Producer, Transaction } from 'kafkajs';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import { KafkaOutgoingMessage } from './outgoing-message.ts';

type Sender = Pick<Producer | Transaction, 'send' | 'sendBatch'>;

/** Traces what a producer, or a transaction of it, sends. Input that kafkajs will refuse is left for it to refuse. */
export function traceSender(sender: Sender, port: Port, options: KafkaTracingOptions): void {
  overrideMethod(sender, 'send', (original) => (record) => {
    const messages = outgoing(record?.topic, record?.messages, options);
    if (messages === undefined || messages.length === 0) return original.call(sender, record);
    return port.publish({
      messages,
      batch: messages.length > 1,
      completes: 'promise',
      invoke: () => original.call(sender, { ...record, messages: messages.map(({ copy }) => copy) }),
    });
  });

  overrideMethod(sender, 'sendBatch', (original) => (record) => {
    const topics = record?.topicMessages?.map((topic) => outgoing(topic?.topic, topic?.messages, options));
    const messages = topics?.flatMap((of) => of ?? []);
    if (messages === undefined || messages.length === 0 || topics?.includes(undefined)) {
      return original.call(sender, record);
    }
    return port.publish({
      messages,
      batch: messages.length > 1,
      completes: 'promise',
      invoke: () =>
        original.call(sender, {
          ...record,
          topicMessages: (record.topicMessages ?? []).map((topic, index) => ({
            ...topic,
            messages: (topics?.[index] ?? []).map(({ copy }) => copy),
          })),
        }),
    });
  });
}

/** The messages as core takes them; `undefined` where they are not what kafkajs takes. */
function outgoing(
  topic: string | undefined,
  messages: readonly Message[] | undefined,
  options: KafkaTracingOptions,
): KafkaOutgoingMessage[] | undefined {
  if (typeof topic !== 'string' || topic === '' || !Array.isArray(messages)) return undefined;
  if (!messages.every((message) => typeof message === 'object' && message !== null)) return undefined;
  return messages.map((message) => new KafkaOutgoingMessage(topic, message, options));
}
