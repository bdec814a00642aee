import { randomUUID } from 'node:crypto';
import { copyHeaders } from './copy-headers.ts';
import { exceededLimit, type HeaderLimits, unlimitedHeaders } from './header-limits.ts';
import { MemoryBrokerError } from './memory-broker-error.ts';
import type {
  MemoryBrokerOptions,
  SubscribeBatchOptions,
  SubscribeOptions,
} from './memory-broker-options.ts';
import type { DeliveredMessage, MemoryBatchEntry, MemoryMessage } from './memory-message.ts';
import { MemoryQueue } from './memory-queue.ts';
import { Subscription } from './subscription.ts';

/** What became of one message of a call that took several: an error, or, where it was published, its id. */
export interface MemoryBatchResult {
  readonly id?: string | undefined;
  readonly error?: Error | undefined;
}

/**
 * A broker and its client in one object, for tests without a network. It does what a real one does: messages are copied on
 * their way in and out, handlers run later and in a context of their own, what a handler fails with is delivered again, and
 * what is not acknowledged stays in flight.
 *
 * @example
 * const broker = traceMemoryBroker(new MemoryBroker(), waybill);
 * broker.subscribe('orders', async ({ body }) => ship(body));
 * await broker.publish('orders', { body: { id: 1 } });
 * await broker.idle();
 */
export class MemoryBroker {
  /** Which headers are taken. */
  readonly headerLimits: HeaderLimits;

  readonly #options: MemoryBrokerOptions;
  #queues = new Map<string, MemoryQueue>();
  readonly #subscriptions = new Set<Subscription>();
  #waitingForIdle: (() => void)[] = [];
  #open = true;

  constructor(options: MemoryBrokerOptions = {}) {
    this.#options = options;
    this.headerLimits = { ...unlimitedHeaders, ...options.headerLimits };
  }

  /** Another client of the same broker, to the same queues: one may be traced and the other not. */
  connect(): MemoryBroker {
    const client = new MemoryBroker(this.#options);
    client.#queues = this.#queues;
    return client;
  }

  /** Publishes a message, which gets an id. */
  async publish(queue: string, message: MemoryMessage): Promise<{ readonly id: string }> {
    this.#assertOpen();
    return { id: this.#accept(queue, message) };
  }

  /** Publishes messages to any queues. The call succeeds also when some of them, or all, are refused. */
  async publishBatch(entries: readonly MemoryBatchEntry[]): Promise<readonly MemoryBatchResult[]> {
    this.#assertOpen();
    return entries.map((entry) => resultOf(() => this.#accept(entry.queue, entry)));
  }

  /** Hands every message of a queue to a handler. It is acknowledged when the handler is done, and delivered again if it fails. */
  subscribe(
    queue: string,
    handler: (message: DeliveredMessage) => unknown,
    options: SubscribeOptions = {},
  ): { close(): void } {
    return this.#subscribe(queue, 1, ([message]) => handler(message as DeliveredMessage), options);
  }

  /** Hands the messages of a queue to a handler, as many at once as there are. They are acknowledged, or delivered again, together. */
  subscribeBatch(
    queue: string,
    handler: (messages: readonly DeliveredMessage[]) => unknown,
    options: SubscribeBatchOptions = {},
  ): { close(): void } {
    return this.#subscribe(queue, options.size ?? 10, handler, options);
  }

  /** Takes the messages that are there, at most `max`. They are in flight until they are acknowledged or released. */
  async receive(queue: string, max = 10): Promise<readonly DeliveredMessage[]> {
    this.#assertOpen();
    return this.#queue(queue).take(max);
  }

  /** Acknowledges a message, which is forgotten. */
  async ack(message: DeliveredMessage): Promise<void> {
    this.#assertOpen();
    this.#settle(message.queue, message);
  }

  /** Acknowledges messages of one queue. The call succeeds also when some of them, or all, are not in flight. */
  async ackBatch(
    queue: string,
    messages: readonly DeliveredMessage[],
  ): Promise<readonly MemoryBatchResult[]> {
    this.#assertOpen();
    return messages.map((message) => resultOf(() => this.#settle(queue, message)));
  }

  /** Gives a message back, to be delivered again. */
  async release(message: DeliveredMessage): Promise<void> {
    this.#assertOpen();
    if (!this.#queue(message.queue).giveBack(message.receipt)) throw notInFlight(message);
  }

  /** Waits until no handler runs and no message waits for one. */
  async idle(): Promise<void> {
    while ([...this.#subscriptions].some(({ isIdle }) => !isIdle)) {
      await new Promise<void>((resolve) => this.#waitingForIdle.push(resolve));
    }
  }

  /** Closes the connection: handlers get no more messages, and every further call fails. */
  close(): void {
    this.#open = false;
    for (const subscription of this.#subscriptions) subscription.close();
  }

  #accept(queue: string, message: MemoryMessage): string {
    const { clock = Date.now, timestamps = true, refuse } = this.#options;
    const headers = copyHeaders(message.headers ?? {});
    const exceeded = exceededLimit(headers, this.headerLimits);
    const refusal =
      exceeded === undefined
        ? refuse?.(message, queue)
        : new MemoryBrokerError(`The headers of the message exceed the limit "${exceeded}".`);
    if (refusal !== undefined) throw refusal;

    const id = randomUUID();
    const publishedAt = timestamps ? clock() : undefined;
    this.#queue(queue).add({ id, headers, body: structuredClone(message.body), publishedAt, attempts: 0 });
    return id;
  }

  #settle(queue: string, message: DeliveredMessage): string {
    if (!this.#queue(queue).settle(message.receipt)) throw notInFlight(message);
    return message.id;
  }

  #subscribe(
    queue: string,
    size: number,
    handle: (messages: readonly DeliveredMessage[]) => unknown,
    { concurrency = 1, onError: failed = () => undefined }: SubscribeOptions,
  ): { close(): void } {
    this.#assertOpen();
    const subscription = new Subscription({
      queue: this.#queue(queue),
      size,
      concurrency,
      handle,
      failed,
      settled: () => this.#lookWhetherIdle(),
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** A queue exists from its first use. */
  #queue(name: string): MemoryQueue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const { headersAsBytes = false, maxAttempts = 3 } = this.#options;
    const queue = new MemoryQueue({
      name,
      headersAsBytes,
      maxAttempts,
      bury: (message) => this.#queue(`${name}.dead-letters`).add({ ...message, attempts: 0 }),
    });
    this.#queues.set(name, queue);
    return queue;
  }

  /** Those who wait for idleness look again for themselves. */
  #lookWhetherIdle(): void {
    const waiting = this.#waitingForIdle;
    this.#waitingForIdle = [];
    for (const look of waiting) look();
  }

  #assertOpen(): void {
    if (!this.#open) throw new MemoryBrokerError('The connection to the broker is closed.');
  }
}

function resultOf(run: () => string): MemoryBatchResult {
  try {
    return { id: run() };
  } catch (error) {
    return { error: error as Error };
  }
}

function notInFlight({ receipt }: DeliveredMessage): MemoryBrokerError {
  return new MemoryBrokerError(`No message is in flight with the receipt ${receipt}.`);
}
