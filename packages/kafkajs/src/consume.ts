import { copyWith, type Port } from '@waybill/core/adapter';
import type { ConsumerRunConfig } from 'kafkajs';
import { describeSource, KafkaIncomingMessage } from './incoming-message.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';

/** The configuration of `run` with its handlers traced, and all else as it was. */
export function tracedHandlers(
  config: ConsumerRunConfig,
  port: Port,
  groupId: () => string | undefined,
  options: KafkaTracingOptions,
): ConsumerRunConfig {
  const { eachMessage, eachBatch } = config;
  const traced: ConsumerRunConfig = {};
  if (typeof eachMessage === 'function') {
    traced.eachMessage = (payload) => {
      const { topic, partition, message } = payload;
      const incoming = new KafkaIncomingMessage({ topic, partition, groupId: groupId() }, message, options);
      return port.process({ messages: [incoming], batch: false }, () => eachMessage(payload));
    };
  }
  if (typeof eachBatch === 'function') {
    traced.eachBatch = (payload) => {
      const { topic, partition, messages } = payload.batch;
      const source = { topic, partition, groupId: groupId() };
      return port.process(
        {
          messages: messages.map((message) => new KafkaIncomingMessage(source, message, options)),
          batch: true,
          describe: (attributes) => describeSource(attributes, source),
        },
        () => eachBatch(payload),
      );
    };
  }
  return copyWith(config, traced);
}
