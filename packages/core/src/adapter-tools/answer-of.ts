import { safely } from '../diag.ts';
import { type Failure, isThenable, whenSettled } from '../ground/settled.ts';
import { wrapFunction } from './wrap-function.ts';

/** Takes the answer to a call: why it failed; `undefined` where it succeeded, with what came. */
export type Settle = (failure: Failure | undefined, answer: unknown) => void;

/**
 * Calls a method of a client that answers by the promise that it returns, or by a callback `(error, answer)` among its parameters: the last
 * function there. The answer is told before the application gets it. A method that does neither is called, and nothing is told.
 *
 * @param args what the application passed.
 * @param settle is told once how the call ended, also where the method throws. What it throws itself is reported through `diag`.
 * @returns what the method returns; of a promise the derived one, so that an unhandled rejection is still reported as unhandled.
 *
 * @example
 * overrideMethod(channel, 'get', (original) => (...args) => {
 *   const receive = instrumenter.openReceive(question);
 *   return answerOf(channel, original, args, (failure, message) =>
 *     failure ? receive.failed(failure.error) : receive.succeeded(message),
 *   );
 * });
 */
export function answerOf<R>(
  client: object,
  method: (...args: never[]) => R,
  args: readonly unknown[],
  settle: Settle,
): R {
  let isSettled = false;
  const settleOnce: Settle = (failure, answer) => {
    if (isSettled) return;
    isSettled = true;
    safely('Tracing an answer', () => settle(failure, answer));
  };
  const failed = (error: unknown): void => settleOnce({ error }, undefined);
  const succeeded = (answer: unknown): void => settleOnce(undefined, answer);
  let returned: R;
  try {
    returned = method.apply(client, withCallback(args, failed, succeeded) as never[]);
  } catch (error) {
    failed(error);
    throw error;
  }
  return isThenable(returned) ? (whenSettled(returned, { succeeded, failed }) as R) : returned;
}

function withCallback(
  args: readonly unknown[],
  failed: (error: unknown) => void,
  succeeded: (answer: unknown) => void,
): readonly unknown[] {
  const index = args.findLastIndex((argument) => typeof argument === 'function');
  if (index === -1) return args;
  const callback = args[index] as (error: unknown, answer: unknown) => unknown;
  const observed = wrapFunction(callback, (call, [error, answer]) => {
    if (error === undefined || error === null) succeeded(answer);
    else failed(error);
    return call();
  });
  return args.with(index, observed);
}
