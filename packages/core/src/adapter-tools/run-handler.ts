import { reportFailure } from '../diag.ts';
import type { Delivery } from '../seam/delivery.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';

/**
 * Runs the handler of one message, as `Instrumenter.process` does. While there is nothing to do, or where the message cannot be read, the
 * handler runs as it would without us.
 *
 * @param native what the client delivered.
 * @param read makes of it the message for core. What it throws is reported through `diag`.
 * @param outcomeOf says what becomes of the message; see {@link Delivery.outcomeOf}. Default: unknown.
 * @returns what the handler returns.
 *
 * @example
 * consume((native) => runHandler(instrumenter, native, incoming, () => handler(native)));
 */
export function runHandler<N, R>(
  instrumenter: Instrumenter,
  native: N,
  read: (native: N) => IncomingMessage,
  handler: () => R,
  outcomeOf?: Delivery['outcomeOf'],
): R {
  if (instrumenter.isIdle) return handler();
  let message: IncomingMessage;
  try {
    message = read(native);
  } catch (error) {
    reportFailure('Reading a delivered message', error);
    return handler();
  }
  const messages = [message];
  return instrumenter.process(
    outcomeOf === undefined ? { messages, batch: false } : { messages, batch: false, outcomeOf },
    handler,
  );
}
