import type { Failure } from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import type { Settlement } from '../settle.ts';

/** A way to deal with a message that failed. */
interface Recovery {
  readonly strategy?: unknown;
  readonly requeue?: unknown;
  readonly attempts?: unknown;
  readonly all?: unknown;
}

/** What `ackOrNack` is told of a message, by its arguments: an error, what is to be done about it, and a callback. */
export function settlementOf(
  message: Message,
  args: readonly unknown[],
): { readonly settlement: Settlement; readonly all: boolean; readonly failure: Failure | undefined } {
  const [error, options] = args.filter((argument) => typeof argument !== 'function');
  if (!error) {
    return { settlement: 'ack', all: Boolean((Object(options) as Recovery).all), failure: undefined };
  }
  const failure = { error };
  for (const recovery of [options].flat()) {
    const { strategy, requeue, all, attempts } = Object(recovery) as Recovery;
    if (strategy === 'republish' && !isSpent(message, 'republished', attempts)) {
      return { settlement: 'requeue', all: false, failure };
    }
    if (strategy === 'forward' && !isSpent(message, 'forwarded', attempts)) {
      return { settlement: 'sent-on', all: false, failure };
    }
    if (strategy === 'nack')
      return { settlement: requeue ? 'requeue' : 'reject', all: Boolean(all), failure };
    // Seen with 21.0.1: it rejects, too.
    if (strategy === 'ack') return { settlement: 'reject', all: Boolean(all), failure };
  }
  return { settlement: 'reject', all: false, failure };
}

/** Whether a message was recovered as often as it may be, in this way: rascal then goes on to the next. */
function isSpent(message: Message, how: 'republished' | 'forwarded', attempts: unknown): boolean {
  if (!attempts) return false;
  const { originalQueue, recovery } = Object(message.properties.headers?.rascal) as {
    readonly originalQueue?: string;
    readonly recovery?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  return Number(attempts) <= Number(recovery?.[String(originalQueue)]?.[how] ?? 0);
}
