import { asPromise } from '../as-promise.ts';
import { isThenable } from '../is-thenable.ts';
import { WaybillError } from '../waybill-error.ts';

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
  let skipped = false;
  let swallowed = false;
  let result: unknown;
  const next = (): unknown => {
    if (called) throw calledTwice(layer);
    if (skipped) throw calledLate(layer);
    called = true;
    result = inner();
    if (isThenable(result)) {
      result = asPromise(result).then(undefined, (error: unknown) => {
        swallowed = true;
        throw error;
      });
    }
    return result;
  };
  const finish = (): unknown => {
    if (!called) {
      skipped = true;
      rules.skipped(layer.name);
    }
    return swallowed ? undefined : result;
  };

  const returned = layer.run(next);
  if (!isThenable(returned)) return finish();
  if (rules.synchronous) {
    returned.then(undefined, () => undefined);
    throw new WaybillError(
      'middleware-async-on-sync-call',
      `Middleware "${layer.name}" is asynchronous, but this client answers at once. Make its function synchronous, or register it for other queues only.`,
    );
  }
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
