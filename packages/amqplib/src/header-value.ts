import type { HeaderFormat, HeaderItem, HeaderValue } from '@waybill/core/adapter';

/** Values of an AMQP table: read as text, bytes, or a list of them; of anything else as its text, if it has one. */
export const amqpFormat: HeaderFormat<unknown> = { read: headerValue, write: (text) => text };

function headerValue(value: unknown): HeaderValue {
  return Array.isArray(value) ? value.flatMap((item) => headerItem(item) ?? []) : headerItem(value);
}

function headerItem(value: unknown): HeaderItem | undefined {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
