/** A promise that tells whether anybody waits for it. */
export interface WatchedPromise {
  /** To be handed out. It settles as the watched one does. */
  readonly promise: Promise<unknown>;

  /** Whether somebody waited for it so far: by `await`, or by a method of it. */
  watched(): boolean;

  /** Keeps the process from taking a rejection for unhandled, without counting as waiting. */
  quieten(): void;
}

/** Watches who waits for a promise. */
export function watchPromise(watching: PromiseLike<unknown>): WatchedPromise {
  let watched = false;
  const promise = new Promise((resolve) => resolve(watching));
  const then = promise.then.bind(promise);
  // `catch()` and `finally()` go by `then()`; `await` does so only where this is not quite a plain promise.
  Object.defineProperty(promise, 'constructor', { value: undefined });
  Object.defineProperty(promise, 'then', {
    value: (...callbacks: Parameters<typeof then>) => {
      watched = true;
      return then(...callbacks);
    },
  });
  return {
    promise,
    watched: () => watched,
    quieten: () => void then(undefined, () => undefined),
  };
}
