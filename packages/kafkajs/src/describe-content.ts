import { isUtf8 } from 'node:buffer';
import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';

/** Adds what a record says of itself. A key that is not text has no canonical form and is left out. */
export function describeContent(
  attributes: Attributes,
  { key, value }: { readonly key?: unknown; readonly value?: unknown },
  { recordKeys }: KafkaTracingOptions,
): void {
  if (value === null) attributes[attribute.kafkaMessageTombstone] = true;
  if (recordKeys !== true) return;
  if (typeof key === 'string') attributes[attribute.kafkaMessageKey] = key;
  else if (Buffer.isBuffer(key) && isUtf8(key)) attributes[attribute.kafkaMessageKey] = key.toString('utf8');
}
