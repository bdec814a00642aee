import { processMessage } from './process-message.ts';
import { recallReceived } from './received-messages.ts';
import { WaybillError } from './waybill-error.ts';

/** How {@link processMessages} goes about its messages. */
export interface ProcessMessagesOptions {
  /** How many messages are handled at the same time, at most. A whole number from 1. Default 1. */
  readonly concurrency?: number | undefined;
}

/**
 * Handles messages that a traced client received, each in a span and with the baggage of its own, as
 * {@link processMessage} does.
 *
 * Messages that have to keep their order (those of one message group of a FIFO queue) are handled one after the other
 * whatever the concurrency. When one of them fails, the rest of its group is not handled: it is rejected with a
 * {@link WaybillError} of code `earlier-message-failed`, so that the queue delivers it again in order.
 *
 * @returns what became of each message, in their order. The promise itself is never rejected by a handler.
 * @throws {WaybillError} when the concurrency is not a whole number from 1.
 *
 * @example
 * const results = await processMessages(Messages, handle, { concurrency: 5 });
 * const done = Messages.filter((_, index) => results[index]?.status === 'fulfilled');
 */
export async function processMessages<M extends object, R>(
  messages: readonly M[],
  handler: (message: M) => R,
  options: ProcessMessagesOptions = {},
): Promise<PromiseSettledResult<Awaited<R>>[]> {
  const concurrency = checkedConcurrency(options.concurrency ?? 1);
  const results: PromiseSettledResult<Awaited<R>>[] = [];
  const lanes = lanesOf(messages);
  const work = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) await runLane(lane);
  };
  const runLane = async (lane: readonly number[]): Promise<void> => {
    let failed: { readonly reason: unknown } | undefined;
    for (const index of lane) {
      const result: PromiseSettledResult<Awaited<R>> =
        failed === undefined
          ? await settled(messages[index] as M, handler)
          : { status: 'rejected', reason: heldBack(failed.reason) };
      results[index] = result;
      if (result.status === 'rejected') failed ??= result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes.length) }, work));
  return results;
}

/** The indices of the messages, those that have to keep their order together. */
function lanesOf(messages: readonly object[]): number[][] {
  const ordered = new Map<string, number[]>();
  const lanes: number[][] = [];
  for (const [index, message] of messages.entries()) {
    const key = recallReceived(message)?.orderingKey;
    const lane = key === undefined ? undefined : ordered.get(key);
    if (lane !== undefined) {
      lane.push(index);
      continue;
    }
    const started = [index];
    lanes.push(started);
    if (key !== undefined) ordered.set(key, started);
  }
  return lanes;
}

async function settled<M extends object, R>(
  message: M,
  handler: (message: M) => R,
): Promise<PromiseSettledResult<Awaited<R>>> {
  try {
    return { status: 'fulfilled', value: await processMessage(message, handler) };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

function heldBack(cause: unknown): WaybillError {
  return new WaybillError(
    'earlier-message-failed',
    'The message was not handled, because an earlier message of its group failed and their order has to be kept.',
    { cause },
  );
}

function checkedConcurrency(concurrency: number): number {
  if (Number.isInteger(concurrency) && concurrency >= 1) return concurrency;
  throw new WaybillError(
    'invalid-configuration',
    `processMessages: concurrency: ${String(concurrency)} is not a whole number from 1. Leave it out to handle one message at a time.`,
  );
}
