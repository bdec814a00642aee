import { safely } from '../diag.ts';
import type { ReceiveQuestion } from '../seam/calls.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { overrideMethod } from './trace-once.ts';

/** The iterators whose messages are remembered. One that is iterated over gives itself. */
const traced = new WeakSet<object>();

/**
 * Traces what a client hands out through `for await`, in place. Each `next()` is a receive: it belongs to the context that it is called
 * in, its duration is measured, and the messages that it gives are remembered for `processMessage`. What the loop does with a
 * message runs in no span of ours: the application calls `processMessage`, which the adapter exports.
 *
 * @typeParam T what an iteration gives: a message, or a list of them.
 * @param from where the messages come from, and which there are in what an iteration gives.
 * @returns the same object.
 *
 * @example
 * overrideMethod(consumer, 'consume', (original) => async (...args) => {
 *   const messages = await original.call(consumer, ...args);
 *   return traceIterator(messages, instrumenter, {
 *     destination: consumer.stream,
 *     queueKey: consumer.stream,
 *     messages: (message) => [incoming(message)],
 *   });
 * });
 *
 * @example
 * // What the application writes.
 * for await (const message of await consumer.consume()) await processMessage(message, handle);
 */
export function traceIterator<T, I extends AsyncIterable<T>>(
  messages: I,
  instrumenter: Instrumenter,
  from: ReceiveQuestion<T>,
): I {
  overrideMethod<AsyncIterable<T>, typeof Symbol.asyncIterator>(
    messages,
    Symbol.asyncIterator,
    (original) => () => {
      const iterator: AsyncIterator<T> = original.call(messages);
      safely('Tracing an iterator', () => traceNext(iterator, instrumenter, from));
      return iterator;
    },
  );
  return messages;
}

function traceNext<T>(
  iterator: AsyncIterator<T>,
  instrumenter: Instrumenter,
  from: ReceiveQuestion<T>,
): void {
  if (traced.has(iterator)) return;
  overrideMethod(iterator, 'next', (original) => (...args) => {
    if (instrumenter.isIdle) return original.apply(iterator, args);
    return instrumenter.receive<IteratorResult<T, unknown>>({
      destination: from.destination,
      queueKey: from.queueKey,
      messages: ({ done, value }) => (done ? [] : from.messages(value as T)),
      describe: (attributes) => from.describe?.(attributes),
      invoke: () => original.apply(iterator, args),
    });
  });
  traced.add(iterator);
}
