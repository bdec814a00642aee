import { asPromise } from '../as-promise.ts';
import { isThenable } from '../is-thenable.ts';

/** How a call ended: with an error, or with a value. */
export type Ending<R> = { readonly error: unknown } | { readonly value: Awaited<R> };

/**
 * Runs a call and tells when it ends: when it throws, when it returns, or, if it returns a promise, when that settles.
 * The caller gets what the call gave. Of a promise it is the derived one, so that a rejection that nobody handles is still
 * reported as unhandled.
 *
 * To be called inside the context of the call: the queries of many a database client start only when somebody waits for them.
 */
export function observe<R>(run: () => R, ended: (ending: Ending<R>) => void): R {
  let returned: R;
  try {
    returned = run();
    if (isThenable(returned)) return whenSettled(returned, ended) as R;
  } catch (error) {
    ended({ error });
    throw error;
  }
  ended({ value: returned as Awaited<R> });
  return returned;
}

function whenSettled<R>(
  returned: PromiseLike<unknown>,
  ended: (ending: Ending<R>) => void,
): PromiseLike<unknown> {
  return asPromise(returned).then(
    (value) => {
      ended({ value: value as Awaited<R> });
      return value;
    },
    (error: unknown) => {
      ended({ error });
      throw error;
    },
  );
}
