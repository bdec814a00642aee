import { isUtf8 } from 'node:buffer';
import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';

/** Adds the key of a record, if that is asked for. One that is not text has no canonical form and is left out. */
export function describeKey(attributes: Attributes, key: unknown, { recordKeys }: KafkaTracingOptions): void {
  if (recordKeys !== true) return;
  if (typeof key === 'string') attributes[attribute.kafkaMessageKey] = key;
  else if (Buffer.isBuffer(key) && isUtf8(key)) attributes[attribute.kafkaMessageKey] = key.toString('utf8');
}
