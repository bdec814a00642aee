import type { Attributes } from '@opentelemetry/api';

/** Of the span of a publish. */
export function sendAttributes(queue: string): Attributes {
  return {
    'messaging.system.name': 'rabbitmq',
    'messaging.system': 'rabbitmq',
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
    'messaging.destination.name': queue,
    'rabbitmq.destination.routing_key': queue,
  };
}

/** Of the span of a handled message. */
export function processAttributes(queue: string, tag: number, journey: string, age: number): Attributes {
  return {
    'messaging.system.name': 'rabbitmq',
    'messaging.system': 'rabbitmq',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue,
    'rabbitmq.destination.routing_key': queue,
    'rabbitmq.message.delivery_tag': tag,
    'waybill.message.attempt': 1,
    'waybill.relation': 'parent',
    'waybill.relation.reason': 'fresh',
    'waybill.message.age': age,
    'waybill.message.age.source': 'properties.timestamp',
    'waybill.journey.id': journey,
  };
}
