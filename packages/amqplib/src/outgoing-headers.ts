import { anyFormat, HeaderRecord, type HeaderRefusal } from '@waybill/core/adapter';
import type { Options } from 'amqplib';

type Headers = Readonly<Record<string, unknown>>;

/** The most bytes that amqplib encodes of a table. */
const mostTableBytes = 65_536;

/** How deep tables may stand in each other. No sender of sense comes near. */
const mostDepth = 100;

/** What a frame of headers has beside its table and the properties: its own bounds. */
const frameBytes = 40;

/** Headers that are written as long as the frame of the headers has room for them. */
export class AmqpOutgoingHeaders extends HeaderRecord<unknown> {
  readonly #options: Options.Publish | undefined;
  readonly #connection: object;

  /** The bytes that are left; `undefined` where they are not counted yet. */
  #room: number | undefined;

  /** @param options of the call, among which the headers stand. */
  constructor(options: Options.Publish | undefined, connection: object) {
    super(withInherited(options?.headers), anyFormat);
    this.#options = options;
    this.#connection = connection;
  }

  override set(name: string, text: string): HeaderRefusal | undefined {
    this.#room ??= headerRoom(this.current, this.#options, this.#connection);
    const bytes = headerBytes(name, text);
    if (bytes > this.#room) return 'limit';
    this.#room -= bytes;
    return super.set(name, text);
  }

  override delete(name: string): void {
    super.delete(name);
    this.#room = undefined;
  }
}

/** amqplib sends headers that are inherited, too. */
function withInherited(headers: Headers | null | undefined): Headers | null | undefined {
  if (headers === undefined || headers === null) return headers;
  const prototype: unknown = Object.getPrototypeOf(headers);
  if (prototype === Object.prototype || prototype === null) return headers;
  const all: Record<string, unknown> = {};
  try {
    for (const name in headers) all[name] = headers[name];
  } catch {
    // What cannot be read is for amqplib to refuse.
    return headers;
  }
  return all;
}

/**
 * How many bytes are left for more headers: of the table that amqplib can encode, and of the one frame that a broker takes all
 * properties in. The other properties are taken off as if they were headers, which CC and BCC are: a few bytes too many.
 */
export function headerRoom(
  headers: unknown,
  options: Options.Publish | undefined,
  connection: object,
): number {
  const { frameMax } = connection as { readonly frameMax?: unknown };
  let room = Math.min(mostTableBytes, typeof frameMax === 'number' ? frameMax - frameBytes : mostTableBytes);
  for (const name in options) {
    if (name !== 'headers') room -= headerBytes(name, options[name as keyof Options.Publish]);
  }
  return room - valueBytes(headers);
}

/** How many bytes a header takes at most, with its name. */
function headerBytes(name: string, value: unknown, depth: number = 0): number {
  return 1 + Buffer.byteLength(name) + valueBytes(value, depth);
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
  else for (const key in value) bytes += headerBytes(key, (value as Headers)[key], depth + 1);
  return bytes;
}
