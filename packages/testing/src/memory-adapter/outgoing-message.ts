import {
  BaseMessage,
  HeaderRecord,
  type HeaderRefusal,
  type OutgoingMessage,
  plainFormat,
} from '@waybill/core/adapter';
import { exceededLimit, type HeaderLimits } from '../memory-broker/header-limits.ts';
import type { MemoryHeaderValue, MemoryMessage } from '../memory-broker/memory-message.ts';

/** A message on its way to a queue. */
export class MemoryOutgoingMessage extends BaseMessage<MemoryMessage> implements OutgoingMessage {
  readonly headers: MemoryOutgoingHeaders;

  constructor(queue: string, native: MemoryMessage, limits: HeaderLimits) {
    super(native, queue);
    this.headers = new MemoryOutgoingHeaders(native.headers, limits);
  }

  /** The message for the client, with what was written. */
  get copy(): MemoryMessage {
    return { headers: this.headers.current, body: this.native.body };
  }
}

/** Headers that are written as long as the broker takes them. */
class MemoryOutgoingHeaders extends HeaderRecord<MemoryHeaderValue> {
  readonly #limits: HeaderLimits;

  constructor(headers: MemoryMessage['headers'], limits: HeaderLimits) {
    super(headers, plainFormat);
    this.#limits = limits;
  }

  override set(name: string, text: string): HeaderRefusal | undefined {
    if (text === '' && !this.#limits.emptyValues) return 'empty';
    const written = new HeaderRecord<MemoryHeaderValue>(this.current, plainFormat);
    written.set(name, text);
    if (exceededLimit(written.current ?? {}, this.#limits) !== undefined) return 'limit';
    return super.set(name, text);
  }
}
