import { setTimeout } from 'node:timers/promises';
import { propagation, trace } from '@opentelemetry/api';
import type { DemoQueue } from './policy.ts';

/** What a handler saw while it ran. */
export interface HandledMessage {
  readonly queue: DemoQueue;
  readonly orderId: string;

  /** The span that was active in the handler. */
  readonly spanId: string | undefined;

  /** The baggage that was active in the handler. */
  readonly baggage: Readonly<Record<string, string>>;
}

/** Takes note of what handlers see, and waits until there have been so many. */
export class HandledMessages {
  readonly all: HandledMessage[] = [];

  /** To be called in a handler. */
  note(queue: DemoQueue, body: string): void {
    const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
    this.all.push({
      queue,
      orderId: JSON.parse(body).id,
      spanId: trace.getActiveSpan()?.spanContext().spanId,
      baggage: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    });
  }

  /**
   * Waits until so many messages of a queue have been handled.
   *
   * @throws when they have not been after 10 s.
   */
  async until(queue: DemoQueue, count: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    const handled = (): number => this.all.filter((message) => message.queue === queue).length;
    while (handled() < count) {
      if (Date.now() > deadline) {
        throw new Error(`${count} messages of ${queue} were sent, but ${handled()} handled within 10 s.`);
      }
      await setTimeout(10);
    }
  }
}
