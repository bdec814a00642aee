import type { HeaderItem, HeaderValue } from '../../seam/headers.ts';
import { headerItems, headerText } from './header-text.ts';

const QUOTE = 0x22;

/** The codes of AMQP 1.0 (section 1.6) for a text or a symbol with one byte of length, and with four. */
const SHORT_TEXT: readonly (number | undefined)[] = [0xa1, 0xa3];
const LONG_TEXT: readonly (number | undefined)[] = [0xb1, 0xb3];

/**
 * The values of a header without the wrappings that clients and brokers put around a text: the encoding of AMQP 1.0, which Azure Event
 * Hubs leaves where a message was sent by AMQP and is read by Kafka's protocol, and the quotes of a JSON text, as Spring for Apache
 * Kafka writes them. A value without a wrapping stays as it is.
 */
export function unwrapped(value: HeaderValue): HeaderValue {
  if (value === undefined || value === null) return undefined;
  const items = headerItems(value);
  const [only] = items;
  return items.length === 1 && only !== undefined ? unwrap(only) : items.map(unwrap);
}

function unwrap(item: HeaderItem): HeaderItem {
  return withoutQuotes(withoutAmqp(item));
}

function withoutAmqp(item: HeaderItem): HeaderItem {
  if (typeof item === 'string' || !ArrayBuffer.isView(item) || item.byteLength < 2) return item;
  const [code, length = 0] = item;
  if (SHORT_TEXT.includes(code)) return item.byteLength === length + 2 ? item.subarray(2) : item;
  if (!LONG_TEXT.includes(code) || item.byteLength < 5) return item;
  const size = new DataView(item.buffer, item.byteOffset).getUint32(1);
  return item.byteLength === size + 5 ? item.subarray(5) : item;
}

function withoutQuotes(item: HeaderItem): HeaderItem {
  const isQuoted =
    typeof item === 'string'
      ? item.length > 1 && item.startsWith('"') && item.endsWith('"')
      : item?.length > 1 && item[0] === QUOTE && item[item.length - 1] === QUOTE;
  if (!isQuoted) return item;
  try {
    const text: unknown = JSON.parse(headerText(item) ?? '');
    return typeof text === 'string' ? text : item;
  } catch {
    return item;
  }
}
