/**
 * What `next()` answers where the call inside gives a promise: it settles as that one does, and tells whether anybody waited
 * for it. To `await`, `instanceof` and everything that goes by `then()` it is a promise, but it costs no more than an object:
 * every message gets one from every layer.
 */
export class WatchedPromise {
  readonly #promise: PromiseLike<unknown>;
  #watched = false;
  #failed = false;

  static {
    Object.setPrototypeOf(WatchedPromise.prototype, Promise.prototype);
    // `await`, `catch()` and `finally()` go by it.
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

  /** Notes whether it fails, without counting as somebody who waits. The failure is not an unhandled one any more. */
  noteFailure(): void {
    this.#promise.then(undefined, () => {
      this.#failed = true;
    });
  }

  /** Whether it failed so far, and somebody waited for it. */
  get failedWatched(): boolean {
    return this.#failed && this.#watched;
  }
}
