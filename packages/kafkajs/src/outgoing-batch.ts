import type { SentMessage } from './kafka-client.ts';
import type { KafkaProducerOptions } from './kafka-tracing-options.ts';
import { batchBytes, recordsBytes, recordsBytesAtMost } from './record-size.ts';

/** The bytes that a topic accepts in one record batch by default. */
const defaultMaxMessageBytes = 1_048_588;

/** More than the headers of core add to a message: baggage has 8,192 bytes at most, and a tracestate 512 characters. */
const ampleBytes = 16_384;

/**
 * The messages of one call and topic. All of them may come into one record batch, so they share the room to grow.
 */
export class OutgoingBatch {
  readonly topic: string;

  /** The names of our headers, in lower case. They are left out if there is no room. */
  readonly ours: readonly string[];

  readonly options: KafkaProducerOptions;
  #messages: readonly SentMessage[] = [];
  #isAmple: boolean | undefined;
  #left: number | undefined;

  constructor(topic: string, ours: readonly string[], options: KafkaProducerOptions) {
    this.topic = topic;
    this.ours = ours;
    this.options = options;
  }

  /** Adds messages. It is called before anything else. */
  add(messages: readonly SentMessage[]): void {
    this.#messages = this.#messages.length === 0 ? messages : [...this.#messages, ...messages];
  }

  /** The number of messages. */
  get count(): number {
    return this.#messages.length;
  }

  /** Whether there is room for anything that core may add, so no calculation is needed. */
  get isAmple(): boolean {
    this.#isAmple ??= recordsBytesAtMost(this.#messages) + this.count * ampleBytes <= this.#mostBytes;
    return this.#isAmple;
  }

  /** The bytes that are left; negative if the messages are already too large. */
  get left(): number {
    this.#left ??= this.#mostBytes - recordsBytes(this.#messages);
    return this.#left;
  }

  /** Takes bytes, or gives them back if negative. */
  take(bytes: number): void {
    this.#left = this.left - bytes;
  }

  get #mostBytes(): number {
    return (this.options.maxMessageBytes ?? defaultMaxMessageBytes) - batchBytes;
  }
}
