import { setTimeout } from 'node:timers/promises';
import type { TestProducer } from '../client.ts';
import { streams } from '../comparison/outcome.ts';
import { type Counter, kindOf } from '../comparison/tally.ts';
import type { OddCode } from './odd-code.ts';
import type { Task } from './task.ts';

/** How long the application waits for the answer to one publish, in ms. */
const patience = 20_000;
/** How long the application tries to publish one message, in ms. */
const persistence = 90_000;

/**
 * Publishes all messages like an application that must lose none: it repeats a failed publish.
 *
 * @returns the messages that were published successfully, in that order
 */
export async function publishAll(
  producer: TestProducer,
  { messages, publishFor, traced }: Task,
  odd: OddCode,
  errors: Counter,
): Promise<number[]> {
  const accepted: number[] = [];
  const start = performance.now();

  async function sendStream(stream: number): Promise<void> {
    for (let message = stream; message < messages; message += streams) {
      const early = start + (message / messages) * publishFor - performance.now();
      if (early > 1) await setTimeout(early);
      if (await publish(message)) accepted.push(message);
    }
  }

  async function publish(message: number): Promise<boolean> {
    const giveUp = performance.now() + persistence;
    while (performance.now() < giveUp) {
      try {
        await answered(odd.publish(message, traced, () => send(message)));
        return true;
      } catch (error) {
        errors.add(kindOf(error));
        if (odd.isLost(message)) return false;
        await setTimeout(100);
      }
    }
    return false;
  }

  function send(message: number): Promise<unknown> {
    return odd.isRefused(message) ? producer.refuse(message) : producer.send(message);
  }

  await Promise.all(Array.from({ length: streams }, (_, stream) => sendStream(stream)));
  return accepted;
}

async function answered(promise: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const late = setTimeout(patience, 'late', { signal: waiting.signal });
  late.catch(() => undefined);
  try {
    if ((await Promise.race([promise, late])) === 'late') throw new Error(`no answer within ${patience} ms`);
  } finally {
    waiting.abort();
  }
}
