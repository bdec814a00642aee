import {
  HeaderRecord,
  type HeaderRefusal,
  type HeaderValue,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import { exceededLimit, type HeaderLimits } from '../memory-broker/header-limits.ts';
import type { MemoryHeaderValue, MemoryMessage } from '../memory-broker/memory-message.ts';

/** A message on its way to a queue. */
export class MemoryOutgoingMessage implements OutgoingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: MemoryMessage;
  readonly #limits: HeaderLimits;
  #headers: HeaderRecord<MemoryHeaderValue>;

  constructor(queue: string, native: MemoryMessage, limits: HeaderLimits) {
    this.destination = queue;
    this.queueKey = queue;
    this.native = native;
    this.#limits = limits;
    this.#headers = new HeaderRecord(native.headers);
  }

  /** The message for the client, with what was written. */
  get copy(): MemoryMessage {
    return { headers: this.#headers.current, body: this.native.body };
  }

  header(name: string): HeaderValue {
    return this.#headers.get(name);
  }

  headerNames(): string[] {
    return this.#headers.names();
  }

  setHeader(name: string, value: string): HeaderRefusal | undefined {
    if (value === '' && !this.#limits.emptyValues) return 'empty';
    const headers = new HeaderRecord(this.#headers.current);
    headers.set(name, value);
    if (exceededLimit(headers.current ?? {}, this.#limits) !== undefined) return 'limit';
    this.#headers = headers;
    return undefined;
  }

  deleteHeader(name: string): void {
    this.#headers.delete(name);
  }

  /** The broker has nothing to tell that core does not know. */
  describe(): void {}
}
