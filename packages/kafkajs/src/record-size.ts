import type { HeaderValue } from '@waybill/core/adapter';
import type { SentMessage } from './kafka-client.ts';

/** The bytes of a record batch beside its records. */
export const batchBytes = 61;

/** The bytes that a header may add beside its own, because the lengths of its record and of its list grow. */
export const growthBytes = 2;

/**
 * The bytes of the records of a batch, as version 2 of its format has them, uncompressed.
 *
 * @param messages those that may come into one batch: of one topic, and one call.
 */
export function recordsBytes(messages: readonly SentMessage[]): number {
  // A record has its time as the distance to that of the first one.
  const timeBytes = messages.some(({ timestamp }) => timestamp !== undefined) ? 10 : 1;
  let bytes = 0;
  let offset = 0;
  for (const message of messages) {
    const body = 1 + timeBytes + varintBytes(offset) + contentBytes(message);
    bytes += varintBytes(body) + body;
    offset += 1;
  }
  return bytes;
}

/** An upper bound of the records' bytes, with less work: it does not count the bytes of text. */
export function recordsBytesAtMost(messages: readonly SentMessage[]): number {
  let bytes = 0;
  for (const { key, value, headers } of messages) {
    bytes += 32 + 3 * (lengthOf(key) + lengthOf(value));
    if (headers === undefined || headers === null) continue;
    for (const name of Object.keys(headers)) {
      for (const item of itemsOf(headers[name])) bytes += 10 + 3 * (name.length + lengthOf(item));
    }
  }
  return bytes;
}

/** The bytes of a header, once for each of its values. */
export function headerBytes(name: string, value: HeaderValue): number {
  const nameBytes = fieldBytes(name);
  if (!Array.isArray(value)) return nameBytes + fieldBytes(value);
  return value.reduce((bytes: number, item: unknown) => bytes + nameBytes + fieldBytes(item), 0);
}

function contentBytes({ key, value, headers }: SentMessage): number {
  const bytes = fieldBytes(key) + fieldBytes(value);
  if (headers === undefined || headers === null) return bytes + varintBytes(0);
  let headersBytes = 0;
  let count = 0;
  for (const name of Object.keys(headers)) {
    headersBytes += headerBytes(name, headers[name]);
    count += itemsOf(headers[name]).length;
  }
  return bytes + varintBytes(count) + headersBytes;
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A text or bytes, after their length. The client refuses anything else. */
function fieldBytes(field: unknown): number {
  const bytes = typeof field === 'string' ? Buffer.byteLength(field) : lengthOf(field);
  return varintBytes(bytes) + bytes;
}

function lengthOf(field: unknown): number {
  if (typeof field === 'string') return field.length;
  return ArrayBuffer.isView(field) ? field.byteLength : 0;
}

/** A number that is not negative, in zigzag encoding: seven bits a byte, the first of them its sign. */
function varintBytes(value: number): number {
  if (value < 2 ** 6) return 1;
  if (value < 2 ** 13) return 2;
  if (value < 2 ** 20) return 3;
  return value < 2 ** 27 ? 4 : 5;
}
