import type { PortProfile } from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };

/** What this adapter tells core about itself. */
export const profile: PortProfile = {
  name: '@waybill/amqplib',
  version: manifest.version,
  system: 'rabbitmq',
  operations: { send: 'publish', receive: 'get', process: 'process' },
  rival:
    'Leave @opentelemetry/instrumentation-amqplib out, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=amqplib where it comes with the automatic instrumentations.',
};
