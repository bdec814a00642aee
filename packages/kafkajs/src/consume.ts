import { copyWith, type Instrumenter } from '@waybill/core/adapter';
import { KafkaIncomingMessage } from './incoming-message.ts';
import type { RunConfig } from './kafka-client.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import type { RecordSources } from './record-source.ts';

/** The configuration of `run` with its handlers traced, and all else as it was. */
export function tracedHandlers(
  config: RunConfig,
  instrumenter: Instrumenter,
  sources: RecordSources,
  options: KafkaTracingOptions,
): RunConfig {
  const { eachMessage, eachBatch } = config;
  const traced: { -readonly [K in keyof RunConfig]: RunConfig[K] } = {};
  if (typeof eachMessage === 'function') {
    traced.eachMessage = (payload) => {
      if (instrumenter.isIdle) return eachMessage(payload);
      const source = sources.of(payload.topic, payload.partition);
      const incoming = new KafkaIncomingMessage(source, payload.message, options);
      return instrumenter.process({ messages: [incoming], batch: false }, () => eachMessage(payload));
    };
  }
  if (typeof eachBatch === 'function') {
    traced.eachBatch = (payload) => {
      const { topic, partition, messages } = payload.batch;
      const source = sources.of(topic, partition);
      return instrumenter.process(
        {
          messages: messages.map((message) => new KafkaIncomingMessage(source, message, options)),
          batch: true,
          describe: (attributes) => source.describe(attributes),
        },
        () => eachBatch(payload),
      );
    };
  }
  return copyWith(config, traced);
}
