import type { Options } from 'amqplib';

/** The most bytes that amqplib encodes of a table. */
const mostTableBytes = 65_536;

/** How deep tables may stand in each other. No sender of sense comes near. */
const mostDepth = 100;

/** What a frame of headers has beside its table and its texts: its own bounds, and the properties of fixed size. */
const frameBytes = 40;

const textProperties = [
  'contentType',
  'contentEncoding',
  'correlationId',
  'replyTo',
  'expiration',
  'messageId',
  'type',
  'userId',
  'appId',
] as const;

/**
 * How many bytes are left for more headers: of the table that amqplib can encode, and of the one frame that a broker takes all
 * properties in.
 */
export function headerRoom(
  headers: unknown,
  options: Options.Publish | undefined,
  channelConnection: object,
): number {
  const { frameMax } = channelConnection as { frameMax?: unknown };
  const most =
    typeof frameMax === 'number'
      ? Math.min(mostTableBytes, frameMax - propertyBytes(options))
      : mostTableBytes;
  const { CC, BCC } = options ?? {};
  const copies = CC === undefined && BCC === undefined ? 0 : valueBytes({ CC: [CC], BCC: [BCC] });
  return most - copies - valueBytes(headers);
}

/** How many bytes a header of text takes. */
export function headerBytes(name: string, value: string): number {
  return 1 + Buffer.byteLength(name) + valueBytes(value);
}

function propertyBytes(options: Options.Publish | undefined): number {
  let bytes = frameBytes;
  if (options === undefined) return bytes;
  for (const name of textProperties) {
    const value = options[name];
    if (value !== undefined) bytes += 1 + Buffer.byteLength(String(value));
  }
  return bytes;
}

/** How many bytes a value takes at most, with its type. One that has no end takes more than there are. */
function valueBytes(value: unknown, depth: number = 0): number {
  if (typeof value === 'string') return 5 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 9;
  // amqplib writes other arrays of bytes as tables, one entry a byte.
  if (Buffer.isBuffer(value)) return 5 + value.length;
  if (depth === mostDepth) return Number.POSITIVE_INFINITY;
  let bytes = 5;
  if (Array.isArray(value)) for (const item of value) bytes += valueBytes(item, depth + 1);
  else
    for (const key in value)
      bytes += 1 + Buffer.byteLength(key) + valueBytes((value as Record<string, unknown>)[key], depth + 1);
  return bytes;
}
