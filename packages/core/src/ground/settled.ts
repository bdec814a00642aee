/** What a call failed with. */
export interface Failure {
  readonly error: unknown;
}

/** Told how a call ended: with an error, or with a value. */
export interface SettledObserver<R> {
  succeeded(value: Awaited<R>): void;
  failed(error: unknown): void;
}

/**
 * Runs a call and tells the observer when it ends: when it throws, when it returns, or, if it returns a promise, when that settles.
 * It returns what the call returns. Of a promise it returns a derived one, so that an unhandled rejection is still reported as
 * unhandled.
 *
 * It has to be called in the context of the call: the queries of some database clients start only when they are awaited.
 */
export function onSettled<R>(run: () => R, observer: SettledObserver<R>): R {
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

/** Tells the observer when a promise settles. It returns the derived promise. */
export function whenSettled<R>(
  returned: PromiseLike<unknown>,
  observer: SettledObserver<R>,
): PromiseLike<unknown> {
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

/** Whether a value has a `then` method. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/**
 * What can be waited for once, with an answer to every `then()`: promises of any library as they are, and a promise for
 * anything that only has a `then()`, which may answer nothing, call back twice, or start its work again with every call.
 */
export function asPromise(thenable: PromiseLike<unknown>): PromiseLike<unknown> {
  return typeof (thenable as { catch?: unknown }).catch === 'function' ? thenable : Promise.resolve(thenable);
}
