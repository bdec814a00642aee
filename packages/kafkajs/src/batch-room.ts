import type { SentMessage } from './kafka-client.ts';
import { batchBytes, recordsBytes, recordsBytesAtMost } from './record-size.ts';

/** More than the headers of core add to a message: baggage has 8,192 bytes at most, and a tracestate 512 characters. */
const ampleBytes = 16_384;

/** The room that the messages of one call and topic have to grow: all of them may come into one record batch. */
export class BatchRoom {
  readonly #maxBytes: number;
  #messages: readonly SentMessage[] = [];
  #isAmple: boolean | undefined;
  #left: number | undefined;

  /** @param maxBytes what the topic takes in one record batch. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds messages, before anything is asked. */
  add(messages: readonly SentMessage[]): void {
    this.#messages = this.#messages.length === 0 ? messages : [...this.#messages, ...messages];
  }

  /** The number of messages. */
  get count(): number {
    return this.#messages.length;
  }

  /** Whether there is room for whatever core adds, so that there is no need to reckon. */
  get isAmple(): boolean {
    this.#isAmple ??=
      recordsBytesAtMost(this.#messages) + this.count * ampleBytes <= this.#maxBytes - batchBytes;
    return this.#isAmple;
  }

  /** The bytes that are left; less than none where the messages are too large as they are. */
  get left(): number {
    this.#left ??= this.#maxBytes - batchBytes - recordsBytes(this.#messages);
    return this.#left;
  }

  /** Takes bytes, or gives them back where they are less than none. */
  take(bytes: number): void {
    this.#left = this.left - bytes;
  }
}
