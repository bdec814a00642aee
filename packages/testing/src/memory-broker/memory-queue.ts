import { randomUUID } from 'node:crypto';
import { copyHeaders } from './copy-headers.ts';
import type { DeliveredMessage, MemoryHeaders } from './memory-message.ts';

/** A message as the broker keeps it. */
export interface StoredMessage {
  readonly id: string;
  readonly headers: MemoryHeaders;
  readonly body: unknown;
  readonly publishedAt: number | undefined;

  /** How often it was delivered from this queue. */
  attempts: number;
}

/** What a queue was made with. */
export interface MemoryQueueOptions {
  readonly name: string;
  readonly headersAsBytes: boolean;

  /** How often a message is delivered before it is buried. */
  readonly maxAttempts: number;

  /** Takes a message that was given back once too often. */
  bury(message: StoredMessage): void;
}

/** One queue: the messages that wait, in their order, and those that were delivered and not yet settled. */
export class MemoryQueue {
  readonly #options: MemoryQueueOptions;
  readonly #waiting: StoredMessage[] = [];
  readonly #inFlight = new Map<string, StoredMessage>();
  readonly #consumers = new Set<() => void>();

  constructor(options: MemoryQueueOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Puts a message at the end. */
  add(message: StoredMessage): void {
    this.#waiting.push(message);
    for (const wake of this.#consumers) wake();
  }

  /** Delivers the messages that waited longest, if there are any. They are in flight until they are settled or given back. */
  take(max: number): DeliveredMessage[] {
    return this.#waiting.splice(0, max).map((message) => this.#deliver(message));
  }

  /** Forgets a delivered message. Answers whether it was in flight. */
  settle(receipt: string): boolean {
    return this.#inFlight.delete(receipt);
  }

  /** Puts a delivered message at the end again. Answers whether it was in flight. */
  giveBack(receipt: string): boolean {
    const message = this.#inFlight.get(receipt);
    if (message === undefined) return false;
    this.#inFlight.delete(receipt);
    if (message.attempts < this.#options.maxAttempts) this.add(message);
    else this.#options.bury(message);
    return true;
  }

  /** Calls `wake` whenever there is a message to take. */
  attach(wake: () => void): void {
    this.#consumers.add(wake);
  }

  detach(wake: () => void): void {
    this.#consumers.delete(wake);
  }

  #deliver(message: StoredMessage): DeliveredMessage {
    message.attempts += 1;
    const receipt = randomUUID();
    this.#inFlight.set(receipt, message);
    return {
      queue: this.#options.name,
      id: message.id,
      headers: copyHeaders(message.headers, this.#options.headersAsBytes),
      body: structuredClone(message.body),
      publishedAt: message.publishedAt,
      attempt: message.attempts,
      receipt,
    };
  }
}
