import type { HeaderItem, HeaderValue } from '../../seam/headers.ts';

/** The values of one header name as a list, in the broker's order; empty where there is no such header. */
export function headerItems(value: HeaderValue): readonly HeaderItem[] {
  // Clients written in JavaScript also return null, for a Kafka header without a value.
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** One header value as text, its bytes read as UTF-8; `undefined` for anything else a client may have put there. */
export function headerText(item: HeaderItem | undefined): string | undefined {
  if (typeof item === 'string') return item;
  try {
    if (Buffer.isBuffer(item)) return item.toString('utf8');
    if (!ArrayBuffer.isView(item)) return undefined;
    return Buffer.from(item.buffer, item.byteOffset, item.byteLength).toString('utf8');
  } catch {
    // The bytes are gone, for example moved to another thread.
    return undefined;
  }
}

/** The text of a header that should occur once: the last of several; `undefined` if there is none. */
export function lastHeaderText(value: HeaderValue): string | undefined {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return headerText(value);
  let text: string | undefined;
  for (const item of headerItems(value)) text = headerText(item) ?? text;
  return text;
}

/** Whether a header is repeated with texts that differ in more than the blanks around them. */
export function isRepeated(value: HeaderValue): boolean {
  if (!isList(value) || value.length < 2) return false;
  let first: string | undefined;
  for (const item of value) {
    const text = headerText(item);
    if (text === undefined) continue;
    const trimmed = trimOws(text);
    first ??= trimmed;
    if (trimmed !== first) return true;
  }
  return false;
}

/**
 * A copy of at most the first `length` characters of a text: a plain slice of a longer text keeps all of it in memory.
 */
export function ownText(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString();
}

/** Removes optional white space (RFC 9110, section 5.6.3: spaces and tabs, no line ends) from both ends. */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start++;
  while (end > start && isOws(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether a part of a text is nothing but optional white space. */
export function isBlank(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (!isOws(text.charCodeAt(index))) return false;
  }
  return true;
}

function isList(value: HeaderValue): value is readonly HeaderItem[] {
  return Array.isArray(value);
}

function isOws(charCode: number): boolean {
  return charCode === 0x20 || charCode === 0x09;
}
