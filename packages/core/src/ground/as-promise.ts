/**
 * What can be waited for once, with an answer to every `then()`: promises of any library as they are, and a promise for
 * anything that only has a `then()`, which may answer nothing, call back twice, or start its work again with every call.
 */
export function asPromise(thenable: PromiseLike<unknown>): PromiseLike<unknown> {
  return typeof (thenable as { catch?: unknown }).catch === 'function' ? thenable : Promise.resolve(thenable);
}
