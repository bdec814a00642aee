import { asPromise } from '../as-promise.ts';
import { isThenable } from '../is-thenable.ts';
import { WaybillError } from '../waybill-error.ts';
import { type WatchedPromise, watchPromise } from './watch-promise.ts';

/** One middleware, bound to the call at hand. */
export interface Layer {
  readonly name: string;
  run(next: () => unknown): unknown;
}

/** What holds for the layers of one kind of call. */
export interface LayerRules {
  /** Told which layer did not call `next()`. May throw. */
  skipped(name: string): void;

  /** Whether the call answers at once, so that a layer must not be asynchronous. */
  readonly synchronous: boolean;
}

/**
 * Runs layers around a call, the first outermost, and gives the result of the innermost one. Nothing is made asynchronous
 * that is not.
 */
export function runLayers<R>(layers: readonly Layer[], innermost: () => R, rules: LayerRules): R {
  const run = (index: number): unknown => {
    const layer = layers[index];
    return layer === undefined ? innermost() : runLayer(layer, () => run(index + 1), rules);
  };
  return run(0) as R;
}

function runLayer(layer: Layer, inner: () => unknown, rules: LayerRules): unknown {
  let called = false;
  let done = false;
  let failed = false;
  let result: unknown;
  let promised: WatchedPromise | undefined;
  let asynchronous = false;
  const next = (): unknown => {
    if (called) throw calledTwice(layer);
    if (done) throw calledLate(layer);
    called = true;
    result = inner();
    if (!isThenable(result)) return result;
    const settling = asPromise(result).then(undefined, (error: unknown) => {
      failed = true;
      throw error;
    });
    promised = watchPromise(settling);
    if (asynchronous) promised.quieten();
    result = promised.promise;
    return result;
  };
  const finish = (): unknown => {
    done = true;
    if (!called) rules.skipped(layer.name);
    // An error that the layer waited for and did not throw on is swallowed. One that it did not wait for is not.
    return failed && promised?.watched() ? undefined : result;
  };

  const returned = layer.run(next);
  // A client that answers at once may do so with a promise, which a layer that is synchronous hands on.
  if (!isThenable(returned) || (rules.synchronous && returned === result)) return finish();
  if (rules.synchronous) {
    returned.then(undefined, () => undefined);
    throw new WaybillError(
      'middleware-async-on-sync-call',
      `Middleware "${layer.name}" is asynchronous, but this client answers at once. Make its function synchronous, or register it for other queues only.`,
    );
  }
  asynchronous = true;
  promised?.quieten();
  return asPromise(returned).then(finish);
}

function calledTwice({ name }: Layer): WaybillError {
  return new WaybillError(
    'middleware-next-twice',
    `Middleware "${name}" called next() twice. Call it once: every call is a delivery of the same messages.`,
  );
}

function calledLate({ name }: Layer): WaybillError {
  return new WaybillError(
    'middleware-next-late',
    `Middleware "${name}" called next() after it was done. Call it before returning, or return a promise that settles after it.`,
  );
}
