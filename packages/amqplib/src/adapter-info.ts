import type { AdapterInfo } from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };

/** What this adapter tells core about itself. */
export const adapterInfo: AdapterInfo = {
  name: '@waybill/amqplib',
  version: manifest.version,
  system: 'rabbitmq',
  operations: { send: 'publish', receive: 'get', process: 'process' },
  otherInstrumentation:
    'Leave @opentelemetry/instrumentation-amqplib out, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=amqplib where it comes with the automatic instrumentations.',
  sentryIntegration: 'Amqplib',
};

/** The attributes of this broker. Semantic conventions 1.45, RabbitMQ. */
export const rabbitmqAttribute = {
  routingKey: 'rabbitmq.destination.routing_key',
  deliveryTag: 'rabbitmq.message.delivery_tag',
} as const;
