import type { Attributes } from '@opentelemetry/api';
import type { KafkaMessage } from 'kafkajs';

/** Of the span of a send. */
export function sendAttributes(topic: string): Attributes {
  return {
    'messaging.system.name': 'kafka',
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
  };
}

/** Of the span of a handled message. */
export function processAttributes(
  topic: string,
  partition: number,
  offset: KafkaMessage['offset'],
  journey: string,
  age: number,
): Attributes {
  return {
    'messaging.system.name': 'kafka',
    'messaging.system': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.consumer.group.name': 'workers',
    'kafka.offset': Number(offset),
    'waybill.relation': 'parent',
    'waybill.relation.reason': 'fresh',
    'waybill.message.age': age,
    'waybill.message.age.source': 'message.timestamp',
    'waybill.journey.id': journey,
  };
}
