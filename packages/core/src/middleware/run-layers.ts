import { asPromise, isThenable } from '../ground/settled.ts';
import { WaybillError } from '../ground/waybill-error.ts';
import type { QueuePattern } from '../policy/queue-pattern.ts';
import type { MessageView, OutgoingMessageView } from '../seam/message-view.ts';
import type { MiddlewareCall } from './middleware.ts';
import { WatchedPromise } from './watched-promise.ts';

/** One middleware, for calls of one direction. */
export interface Layer<M extends OutgoingMessageView | MessageView> {
  readonly name: string;

  /** What it is registered for; `undefined` for everything. */
  readonly patterns: readonly QueuePattern[] | undefined;

  run(call: MiddlewareCall<M>, next: () => unknown): unknown;
}

/** The settings for the layers of one kind of call. */
export interface LayerRules {
  /** Called with the layer that did not call `next()`. May throw. */
  skipped(name: string): void;

  /** Whether the call answers at once, so that a layer must not be asynchronous. */
  readonly synchronous: boolean;
}

/**
 * Runs layers around a call, the first outermost, and returns the result of the innermost one. A layer sees those messages of
 * the call that it is registered for; without any, it is left out. A synchronous call stays synchronous.
 */
export function runLayers<M extends OutgoingMessageView | MessageView, R>(
  layers: readonly Layer<M>[],
  call: MiddlewareCall<M>,
  innermost: () => R,
  rules: LayerRules,
): R {
  return runFrom(0, { layers, call, innermost, rules }) as R;
}

/** The layers of one call, and what they are around. */
interface Chain<M extends OutgoingMessageView | MessageView> {
  readonly layers: readonly Layer<M>[];
  readonly call: MiddlewareCall<M>;
  readonly innermost: () => unknown;
  readonly rules: LayerRules;
}

function runFrom<M extends OutgoingMessageView | MessageView>(index: number, chain: Chain<M>): unknown {
  const { layers, call } = chain;
  const layer = layers[index];
  if (layer === undefined) return chain.innermost();
  const messages = messagesFor(layer, call);
  if (messages.length === 0) return runFrom(index + 1, chain);
  const seen = messages === call.messages ? call : { ...call, messages };
  return new LayerRun(layer, index, chain).run(seen);
}

/** Each queue key is matched against the patterns once. */
function messagesFor<M extends OutgoingMessageView | MessageView>(
  { patterns }: Layer<M>,
  { system, messages }: MiddlewareCall<M>,
): readonly M[] {
  if (patterns === undefined) return messages;
  const verdicts = new Map<string, boolean>();
  return messages.filter(({ queueKey }) => {
    const verdict = verdicts.get(queueKey) ?? patterns.some((pattern) => pattern.matches(system, queueKey));
    verdicts.set(queueKey, verdict);
    return verdict;
  });
}

/** One layer of one call. */
class LayerRun<M extends OutgoingMessageView | MessageView> {
  readonly #layer: Layer<M>;
  readonly #index: number;
  readonly #chain: Chain<M>;
  #called = false;
  #done = false;
  #asynchronous = false;
  #result: unknown;
  #handedOut: WatchedPromise | undefined;

  constructor(layer: Layer<M>, index: number, chain: Chain<M>) {
    this.#layer = layer;
    this.#index = index;
    this.#chain = chain;
  }

  run(call: MiddlewareCall<M>): unknown {
    const returned = this.#layer.run(call, () => this.#next());
    // Most layers return what `next()` returned, a promise included.
    if (!isThenable(returned) || (this.#handedOut as unknown) === returned) return this.#finish();
    if (this.#chain.rules.synchronous) {
      returned.then(undefined, () => undefined);
      throw new WaybillError(
        'WAYBILL_MIDDLEWARE_ASYNC_ON_SYNC_CALL',
        `Middleware "${this.#layer.name}" is asynchronous, but this client answers at once. Make its function synchronous, or register it for other queues only.`,
      );
    }
    this.#asynchronous = true;
    this.#handedOut?.noteFailure();
    return asPromise(returned).then(() => this.#finish());
  }

  #next(): unknown {
    if (this.#called) throw calledTwice(this.#layer);
    if (this.#done) throw calledLate(this.#layer);
    this.#called = true;
    const gave = runFrom(this.#index + 1, this.#chain);
    if (!isThenable(gave)) {
      this.#result = gave;
      return gave;
    }
    const promise = asPromise(gave);
    this.#result = promise;
    this.#handedOut = new WatchedPromise(promise);
    if (this.#asynchronous) this.#handedOut.noteFailure();
    return this.#handedOut;
  }

  #finish(): unknown {
    this.#done = true;
    if (!this.#called) this.#chain.rules.skipped(this.#layer.name);
    // An error that the layer waited for and did not throw on is swallowed. One that it did not wait for is not.
    return this.#handedOut?.failedWatched ? undefined : this.#result;
  }
}

function calledTwice({ name }: { readonly name: string }): WaybillError {
  return new WaybillError(
    'WAYBILL_MIDDLEWARE_NEXT_TWICE',
    `Middleware "${name}" called next() twice. Call it once: every call is a delivery of the same messages.`,
  );
}

function calledLate({ name }: { readonly name: string }): WaybillError {
  return new WaybillError(
    'WAYBILL_MIDDLEWARE_NEXT_LATE',
    `Middleware "${name}" called next() after it was done. Call it before returning, or return a promise that settles after it.`,
  );
}
