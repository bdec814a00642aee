import type { HeaderItem, HeaderValue } from '@waybill/core/adapter';

/** A value of an AMQP table as core reads it: text, bytes, or a list of them; of anything else it is its text, if it has one. */
export function headerValue(value: unknown): HeaderValue {
  return Array.isArray(value) ? value.flatMap((item) => headerItem(item) ?? []) : headerItem(value);
}

function headerItem(value: unknown): HeaderItem | undefined {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
