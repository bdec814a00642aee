import type { Attributes } from '@opentelemetry/api';

/** Of the span of an `add`. */
export function sendAttributes(): Attributes {
  return {
    'messaging.system.name': 'bullmq',
    'messaging.system': 'bullmq',
    'messaging.operation.name': 'add',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'orders',
    'bullmq.job.name': 'ship',
  };
}

/** Of the span of a processed job. */
export function processAttributes(
  id: string,
  attempt: number,
  made: number,
  journey: string,
  age: number,
): Attributes {
  return {
    'messaging.system.name': 'bullmq',
    'messaging.system': 'bullmq',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'orders',
    'messaging.message.id': id,
    'bullmq.job.name': 'ship',
    'bullmq.job.attempts.made': made,
    'waybill.message.attempt': attempt,
    'waybill.relation': 'parent',
    'waybill.relation.reason': 'fresh',
    'waybill.message.age': age,
    'waybill.message.age.source': 'job.timestamp',
    'waybill.journey.id': journey,
  };
}
