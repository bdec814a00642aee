import { type HeaderFormat, HeaderReader, jsonObject, type ReadableHeaders } from '@waybill/core/adapter';

/**
 * The envelopes in which headers may stand inside a body:
 *
 * - `sns`: what a subscription of SNS without raw delivery makes of a message. Its `MessageAttributes` are the headers.
 * - `eventbridge`: an event of EventBridge. The texts of its `detail` are the headers, as a sender puts them there.
 * - `auto`: whichever it is.
 */
export const envelopeFormats = ['sns', 'eventbridge', 'auto'] as const;

/**
 * Reads the headers in the envelope of a body. The body is not kept.
 *
 * @param maxBytes the longest body that is parsed.
 * @returns `undefined` where the body is no such envelope.
 */
export function envelopeHeaders(
  body: unknown,
  format: string,
  maxBytes: number,
): ReadableHeaders | undefined {
  if (typeof body !== 'string' || Buffer.byteLength(body) > maxBytes) return undefined;
  const envelope = jsonObject(body);
  if (envelope === undefined) return undefined;
  const isOf = (one: string): boolean => format === one || format === 'auto';
  if (isOf('sns') && envelope.Type === 'Notification' && isObject(envelope.MessageAttributes)) {
    return new HeaderReader(envelope.MessageAttributes, snsFormat);
  }
  if (isOf('eventbridge') && typeof envelope['detail-type'] === 'string' && isObject(envelope.detail)) {
    return new HeaderReader(envelope.detail, textFormat);
  }
  return undefined;
}

const snsFormat: HeaderFormat<unknown> = {
  read(attribute) {
    const { Type, Value } = Object(attribute) as { Type?: unknown; Value?: unknown };
    if (typeof Value !== 'string') return undefined;
    return Type === 'Binary' ? Buffer.from(Value, 'base64') : Value;
  },
  write: (text) => ({ Type: 'String', Value: text }),
};

const textFormat: HeaderFormat<unknown> = {
  read: (value) => (typeof value === 'string' ? value : undefined),
  write: (text) => text,
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
