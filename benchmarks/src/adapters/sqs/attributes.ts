import type { Attributes } from '@opentelemetry/api';

const queueUrl = 'http://127.0.0.1:1/000000000000/orders';

/** Of the span of a send. */
export function sendAttributes(): Attributes {
  return {
    'messaging.system.name': 'aws.sqs',
    'messaging.system': 'aws.sqs',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'orders',
    'aws.sqs.queue.url': queueUrl,
  };
}

/** Of the span of a handled message. */
export function processAttributes(id: string, attempt: number, journey: string, age: number): Attributes {
  return {
    'messaging.system.name': 'aws.sqs',
    'messaging.system': 'aws.sqs',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'orders',
    'messaging.message.id': id,
    'aws.sqs.queue.url': queueUrl,
    'waybill.message.attempt': attempt,
    'waybill.relation': 'parent',
    'waybill.relation.reason': 'fresh',
    'waybill.message.age': age,
    'waybill.message.age.source': 'SentTimestamp',
    'waybill.journey.id': journey,
  };
}
