import { copyWith, type Instrumenter, runHandler } from '@waybill/core/adapter';
import { KafkaIncomingMessage } from './incoming-message.ts';
import type { MessagePayload, RunConfig } from './kafka-client.ts';
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
    const incoming = ({ topic, partition, message }: MessagePayload): KafkaIncomingMessage =>
      new KafkaIncomingMessage(sources.of(topic, partition), message, options);
    traced.eachMessage = (payload) => runHandler(instrumenter, payload, incoming, () => eachMessage(payload));
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
