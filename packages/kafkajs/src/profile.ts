import type { PortProfile } from '@waybill/core/adapter';

/** What this adapter tells core about itself. */
export const profile: PortProfile = {
  name: '@waybill/kafkajs',
  version: '0.1.0',
  system: 'kafka',
  operations: { send: 'send', receive: 'poll', process: 'process' },
  rival:
    'Leave @opentelemetry/instrumentation-kafkajs out, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs where it comes with the automatic instrumentations.',
};
