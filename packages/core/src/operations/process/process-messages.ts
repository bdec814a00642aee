import { WaybillError } from '../../ground/waybill-error.ts';
import { show } from '../../policy/policy-mistakes.ts';
import { assertHandler, processMessage } from './process-message.ts';
import { recallReceived } from './received-messages.ts';

/** How {@link processMessages} and {@link settleMessages} handle their messages. */
export interface ProcessMessagesOptions {
  /** The most messages to handle at the same time. A whole number from 1. Default 1. */
  readonly concurrency?: number | undefined;

  /**
   * Whether the first failure ends it: messages whose handling has not begun are then not handled, and fail with a
   * {@link WaybillError} of code `WAYBILL_EARLIER_MESSAGE_FAILED`. Default `false`: only those of the same message group.
   */
  readonly stopOnFailure?: boolean | undefined;
}

/** How many of the failed messages an error names. */
const mostNamed = 10;

/**
 * Handles messages that a traced client received, each in a span and with the baggage of its own, as
 * {@link processMessage} does. A failure of one does not keep the others from being handled.
 *
 * Messages that have to keep their order (those of one message group of a FIFO queue) are always handled one after the
 * other. When one of them fails, the rest of its group is not handled: it fails with a
 * {@link WaybillError} of code `WAYBILL_EARLIER_MESSAGE_FAILED`, so that the queue delivers it again in order.
 *
 * @param messages `undefined` counts as none, because some clients return it when no message came.
 * @returns the handler's result for each message, in their order.
 * @throws {AggregateError} once all messages were handled, when one or more failed. Its message names them, by topic, partition
 * and offset or by queue and id; its `errors` are what the handler threw, in the order of the messages. Use
 * {@link settleMessages} to tell handled messages from the others, for example to delete only those.
 * @throws {WaybillError} with code `WAYBILL_WRONG_MESSAGES`, `WAYBILL_NOT_A_FUNCTION` or `WAYBILL_INVALID_OPTION` when the messages, the
 * handler or an option is none.
 *
 * @example
 * await consumer.run({
 *   eachBatch: async ({ batch }) => {
 *     await processMessages(batch.messages, handle); // a failure keeps the offsets from being committed
 *   },
 * });
 */
export async function processMessages<M extends object, R>(
  messages: Iterable<M> | undefined,
  handler: (message: M) => R,
  options: ProcessMessagesOptions = {},
): Promise<Awaited<R>[]> {
  const list = listOf('processMessages', messages);
  const results = await handleAll('processMessages', list, handler, options);
  const values: Awaited<R>[] = [];
  const errors: unknown[] = [];
  const failed: string[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      values.push(result.value);
      continue;
    }
    errors.push(result.reason);
    if (failed.length < mostNamed) failed.push(nameInList(list[index] as M, index));
  }
  if (errors.length === 0) return values;
  const unnamed = errors.length - failed.length;
  const names = `${failed.join('; ')}${unnamed === 0 ? '' : `; and ${unnamed} more`}`;
  throw new AggregateError(errors, `${errors.length} of ${list.length} messages failed: ${names}`, {
    cause: errors[0],
  });
}

/**
 * Handles messages like {@link processMessages}, and returns the result of each: for clients that settle one by one, so that only
 * failed messages come again.
 *
 * @param messages `undefined` counts as none.
 * @returns the result of each message, in their order. A handler never rejects this promise: ignoring the results ignores failures.
 * @throws {WaybillError} with code `WAYBILL_WRONG_MESSAGES`, `WAYBILL_NOT_A_FUNCTION` or `WAYBILL_INVALID_OPTION` when the messages, the
 * handler or an option is none.
 *
 * @example
 * const results = await settleMessages(Messages, handle, { concurrency: 5 });
 * const done = Messages.filter((_, index) => results[index]?.status === 'fulfilled');
 */
export async function settleMessages<M extends object, R>(
  messages: Iterable<M> | undefined,
  handler: (message: M) => R,
  options: ProcessMessagesOptions = {},
): Promise<PromiseSettledResult<Awaited<R>>[]> {
  return handleAll('settleMessages', listOf('settleMessages', messages), handler, options);
}

async function handleAll<M extends object, R>(
  place: string,
  messages: readonly M[],
  handler: (message: M) => R,
  options: ProcessMessagesOptions,
): Promise<PromiseSettledResult<Awaited<R>>[]> {
  assertHandler(place, handler);
  const { concurrency, stopOnFailure } = checkedOptions(place, options);
  const results: PromiseSettledResult<Awaited<R>>[] = [];
  const lanes = lanesOf(messages);
  let first: PromiseRejectedResult | undefined;
  const work = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
      let failed: PromiseRejectedResult | undefined;
      for (const index of lane) {
        const heldBackBy = failed ?? (stopOnFailure ? first : undefined);
        try {
          if (heldBackBy !== undefined) throw heldBack(heldBackBy.reason, heldBackBy === failed);
          results[index] = {
            status: 'fulfilled',
            value: await processMessage(messages[index] as M, handler),
          };
        } catch (reason) {
          const result: PromiseRejectedResult = { status: 'rejected', reason };
          results[index] = result;
          failed ??= result;
          first ??= result;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes.length) }, work));
  return results;
}

/** The indices of the messages; those that have to keep their order are grouped. */
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

function heldBack(cause: unknown, isSameGroup: boolean): WaybillError {
  return new WaybillError(
    'WAYBILL_EARLIER_MESSAGE_FAILED',
    `The message was not handled, because an earlier message ${isSameGroup ? 'of its group ' : ''}failed and their order has to be kept.`,
    { cause },
  );
}

/** How a person finds a message that failed. */
function nameInList(message: object, index: number): string {
  return recallReceived(message)?.name ?? `message ${index + 1} of the list`;
}

function listOf<M>(place: string, messages: Iterable<M> | undefined): readonly M[] {
  if (messages === undefined) return [];
  if (Array.isArray(messages)) return messages;
  if (typeof messages === 'object' && typeof messages?.[Symbol.iterator] === 'function') return [...messages];
  const fix =
    messages instanceof Promise
      ? 'Await it first.'
      : 'Write processMessages([message], handler) for one, or leave nothing as undefined.';
  throw new WaybillError(
    'WAYBILL_WRONG_MESSAGES',
    `${place}: messages: ${show(messages)} is not a list of messages. ${fix.replace('processMessages', place)}`,
  );
}

function checkedOptions(
  place: string,
  options: ProcessMessagesOptions,
): { readonly concurrency: number; readonly stopOnFailure: boolean } {
  if (typeof options !== 'object' || options === null) {
    throw new WaybillError(
      'WAYBILL_INVALID_OPTION',
      `${place}: options: ${show(options)} are no options. Write { concurrency: 5 }, or leave them out to handle one message at a time.`,
    );
  }
  const { concurrency = 1, stopOnFailure = false } = options;
  if (typeof stopOnFailure !== 'boolean') {
    throw new WaybillError(
      'WAYBILL_INVALID_OPTION',
      `${place}: stopOnFailure: ${show(stopOnFailure)} is not a boolean. Write true to handle nothing more after the first failure.`,
    );
  }
  if (Number.isInteger(concurrency) && concurrency >= 1) return { concurrency, stopOnFailure };
  throw new WaybillError(
    'WAYBILL_INVALID_OPTION',
    `${place}: concurrency: ${show(concurrency)} is not a whole number from 1. Leave it out to handle one message at a time.`,
  );
}
