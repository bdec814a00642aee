type ReadName =
  | 'operation'
  | 'destination'
  | 'system'
  | 'messageId'
  | 'partition'
  | 'offset'
  | 'consumerGroup'
  | 'errorType'
  | 'relation'
  | 'reason'
  | 'rule'
  | 'age'
  | 'delay'
  | 'attempt'
  | 'outcome'
  | 'journeyId'
  | 'linkTo'
  | 'unlinkedMessages'
  | 'batchSize'
  | 'deadLetterQueue'
  | 'deadLetterReason';

/**
 * The names of attributes that a journey is read from. Each has the spellings that span producers write it in, the first of which counts:
 * Waybill's, OpenTelemetry's messaging conventions 1.45 and earlier ones, and those of instrumentations with names of their own.
 */
export const read: Readonly<Record<ReadName, readonly string[]>> = {
  operation: ['messaging.operation.type', 'messaging.operation'],
  destination: ['messaging.destination.name', 'messaging.destination', 'bullmq.queue.name'],
  system: ['messaging.system.name', 'messaging.system'],
  messageId: ['messaging.message.id', 'messaging.message_id', 'bullmq.job.id'],
  partition: ['messaging.destination.partition.id', 'messaging.kafka.partition'],
  offset: ['kafka.offset', 'messaging.kafka.offset', 'messaging.kafka.message.offset'],
  consumerGroup: [
    'messaging.consumer.group.name',
    'messaging.kafka.consumer.group',
    'messaging.kafka.consumer_group',
  ],
  errorType: ['error.type', 'exception.type'],

  relation: ['waybill.relation'],
  reason: ['waybill.relation.reason'],
  rule: ['waybill.relation.rule'],
  age: ['waybill.message.age'],
  delay: ['waybill.message.delay'],
  attempt: ['waybill.message.attempt'],
  outcome: ['waybill.message.outcome'],
  journeyId: ['waybill.journey.id'],
  linkTo: ['waybill.link.to'],
  unlinkedMessages: ['waybill.batch.unlinked_messages'],
  batchSize: ['messaging.batch.message_count', 'bullmq.job.bulk.count'],
  deadLetterQueue: ['waybill.dead_letter.queue'],
  deadLetterReason: ['waybill.dead_letter.reason'],
};

/** Attributes of instrumentations that name no messaging system, and the system that they are of. */
export const systemOfAttribute: Readonly<Record<string, string>> = { 'bullmq.queue.name': 'bullmq' };

type Attributes = Readonly<Record<string, unknown>>;

/** The text of the first of some attributes that there is; a number becomes text. */
export function textOf(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

/** The number of the first of some attributes that there is, which some backends keep as text. Only finite ones, from 0. */
export function numberOf(attributes: Attributes, names: readonly string[]): number | undefined {
  const text = textOf(attributes, names);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
