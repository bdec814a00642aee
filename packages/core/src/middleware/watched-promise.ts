/**
 * The result of `next()` if the call inside returns a promise: it settles like that promise, and tells whether something waited
 * for it. It is a promise to `await`, `instanceof` and everything that uses `then()`, but it costs no more than an object:
 * every message gets one from every layer.
 */
export class WatchedPromise {
  readonly #promise: PromiseLike<unknown>;
  #watched = false;
  #failed = false;

  static {
    Object.setPrototypeOf(WatchedPromise.prototype, Promise.prototype);
    // `await`, `catch()` and `finally()` call it.
    Object.defineProperty(WatchedPromise.prototype, 'then', {
      value(this: WatchedPromise, ...callbacks: Parameters<PromiseLike<unknown>['then']>) {
        this.#watched = true;
        return this.#promise.then(...callbacks);
      },
    });
  }

  constructor(promise: PromiseLike<unknown>) {
    this.#promise = promise;
  }

  /** Notes whether it fails, without counting as a waiter. The failure no longer counts as unhandled. */
  noteFailure(): void {
    this.#promise.then(undefined, () => {
      this.#failed = true;
    });
  }

  /** Whether it has failed and something waited for it. */
  get failedWatched(): boolean {
    return this.#failed && this.#watched;
  }
}
