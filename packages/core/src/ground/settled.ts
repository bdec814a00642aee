import { asPromise } from './as-promise.ts';
import { isThenable } from './is-thenable.ts';

/** What a call failed with. */
export interface Failure {
  readonly error: unknown;
}

/** Told how a call ended: with an error, or with a value. */
export interface CallObserver<R> {
  succeeded(value: Awaited<R>): void;
  failed(error: unknown): void;
}

/**
 * Runs a call and tells when it ends: when it throws, when it returns, or, if it returns a promise, when that settles.
 * The caller gets what the call gave. Of a promise it is the derived one, so that a rejection that nobody handles is still
 * reported as unhandled.
 *
 * To be called inside the context of the call: the queries of many a database client start only when somebody waits for them.
 */
export function observe<R>(run: () => R, observer: CallObserver<R>): R {
  let returned: R;
  try {
    returned = run();
    if (isThenable(returned)) return whenSettled(returned, observer) as R;
  } catch (error) {
    observer.failed(error);
    throw error;
  }
  observer.succeeded(returned as Awaited<R>);
  return returned;
}

function whenSettled<R>(returned: PromiseLike<unknown>, observer: CallObserver<R>): PromiseLike<unknown> {
  return asPromise(returned).then(
    (value) => {
      observer.succeeded(value as Awaited<R>);
      return value;
    },
    (error: unknown) => {
      observer.failed(error);
      throw error;
    },
  );
}
