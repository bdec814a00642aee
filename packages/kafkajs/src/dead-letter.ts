import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import type { KafkaHeaders } from './kafka-client.ts';

/** The headers by which a part of Apache Kafka says where a dead letter came from. */
interface DeadLetterHeaders {
  readonly topic: string;

  /** The header with an error's message if that never varies, else with its class: a message may quote the record. */
  readonly reason: string;

  readonly count?: string;
}

const kinds: readonly DeadLetterHeaders[] = [
  // Share groups, since Kafka 4.4 (KIP-1191).
  {
    topic: '__dlq.errors.topic',
    reason: '__dlq.errors.message',
    count: '__dlq.errors.delivery.count',
  },
  // Kafka Connect (KIP-298).
  { topic: '__connect.errors.topic', reason: '__connect.errors.exception.class.name' },
  // Kafka Streams, since Kafka 4.2 (KIP-1034).
  { topic: '__streams.errors.topic', reason: '__streams.errors.exception' },
];

/** The longest text that is read, in bytes. Core keeps less than that of a longer one. */
const mostBytes = 1_024;

/** Whether a record was dead-lettered. */
export function isDeadLetter(headers: KafkaHeaders | null | undefined): boolean {
  return kindOf(headers) !== undefined;
}

/** Adds why a record was dead-lettered, and from which topic, if it was. */
export function describeDeadLetter(attributes: Attributes, headers: KafkaHeaders | null | undefined): void {
  const kind = kindOf(headers);
  if (kind === undefined) return;
  const topic = textOf(headers?.[kind.topic]);
  const reason = textOf(headers?.[kind.reason]);
  const count = kind.count === undefined ? undefined : textOf(headers?.[kind.count]);
  if (topic !== undefined) attributes[attribute.deadLetterQueue] = topic;
  if (reason !== undefined) attributes[attribute.deadLetterReason] = reason;
  if (count !== undefined && /^\d{1,9}$/.test(count)) attributes[attribute.deadLetterCount] = Number(count);
}

function kindOf(headers: KafkaHeaders | null | undefined): DeadLetterHeaders | undefined {
  if (headers === undefined || headers === null) return undefined;
  for (const kind of kinds) {
    if (headers[kind.topic] !== undefined || headers[kind.reason] !== undefined) return kind;
  }
  return undefined;
}

/** The text of a header: the last of several, because each dead-lettering adds its own. */
function textOf(value: KafkaHeaders[string]): string | undefined {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (typeof last === 'string') return last;
  return Buffer.isBuffer(last) ? last.toString('utf8', 0, mostBytes) : undefined;
}
