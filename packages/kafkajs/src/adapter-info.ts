import type { AdapterInfo } from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };

/** What this adapter tells core about itself. */
export const adapterInfo: AdapterInfo = {
  name: '@waybill/kafkajs',
  version: manifest.version,
  system: 'kafka',
  operations: { send: 'send', receive: 'poll', process: 'process' },
  otherInstrumentation:
    'Leave @opentelemetry/instrumentation-kafkajs out, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs where it comes with the automatic instrumentations.',
  sentryIntegration: 'Kafka',
};

/** The attributes of this broker. Semantic conventions 1.45, Kafka. */
export const kafkaAttribute = {
  offset: 'kafka.offset',
  messageKey: 'kafka.message.key',
  messageTombstone: 'kafka.message.tombstone',
} as const;
