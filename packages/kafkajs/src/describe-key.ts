import { isUtf8 } from 'node:buffer';
import type { Attributes } from '@opentelemetry/api';
import { kafkaAttribute } from './adapter-info.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';

/** Adds the key of a record, if the options ask for it. A key that is not text has no canonical form and is left out. */
export function describeKey(attributes: Attributes, key: unknown, { recordKeys }: KafkaTracingOptions): void {
  if (recordKeys !== true) return;
  if (typeof key === 'string') attributes[kafkaAttribute.messageKey] = key;
  else if (Buffer.isBuffer(key) && isUtf8(key)) attributes[kafkaAttribute.messageKey] = key.toString('utf8');
}
