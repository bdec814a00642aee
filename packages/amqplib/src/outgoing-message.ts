import type { Attributes } from '@opentelemetry/api';
import {
  anyFormat,
  attribute,
  copyWith,
  HeaderRecord,
  type HeaderRefusal,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import type { Options } from 'amqplib';
import type { Destination } from './destination.ts';
import { headerBytes, headerRoom } from './header-room.ts';

type Headers = Readonly<Record<string, unknown>>;

/** A message on its way to an exchange. Its headers stand among the options of the call. */
export class AmqpOutgoingMessage implements OutgoingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: Buffer;
  readonly headers: AmqpOutgoingHeaders;
  readonly #destination: Destination;
  readonly #options: Options.Publish | undefined;

  constructor(destination: Destination, native: Buffer, options: Options.Publish | undefined) {
    this.destination = destination.name;
    this.queueKey = destination.queueKey;
    this.native = native;
    this.#destination = destination;
    this.#options = options;
    this.headers = new AmqpOutgoingHeaders(options, destination.connection);
  }

  /** The options for amqplib, with what was written. */
  get copy(): Options.Publish | undefined {
    const headers = this.headers.written;
    if (headers === undefined) return this.#options;
    return this.#options === undefined ? { headers } : copyWith(this.#options, { headers });
  }

  describe(attributes: Attributes): void {
    this.#destination.describe(attributes);
    const id = this.#options?.messageId;
    if (typeof id === 'string') attributes[attribute.messageId] = id;
  }

  detail(attributes: Attributes): void {
    const id = this.#options?.correlationId;
    if (typeof id === 'string') attributes[attribute.conversationId] = id;
    const delay = this.headers.current?.['x-delay'];
    if (typeof delay === 'number' && delay > 0) attributes[attribute.messageDelay] = delay / 1_000;
  }
}

/** Headers that are written as long as the frame of the headers has room for them. */
class AmqpOutgoingHeaders extends HeaderRecord<unknown> {
  readonly #options: Options.Publish | undefined;
  readonly #connection: object;
  #room: number | undefined;

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
  const prototype: unknown = Object.getPrototypeOf(headers ?? {});
  if (headers === undefined || prototype === Object.prototype || prototype === null) return headers;
  const all: Record<string, unknown> = {};
  try {
    for (const name in headers) all[name] = headers[name];
  } catch {
    // What cannot be read is for amqplib to refuse.
    return headers;
  }
  return all;
}
