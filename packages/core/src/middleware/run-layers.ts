import { asPromise } from '../as-promise.ts';
import { isThenable } from '../is-thenable.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { OutgoingMessage } from '../messages/outgoing-message.ts';
import type { QueuePattern } from '../policy/queue-pattern.ts';
import { WaybillError } from '../waybill-error.ts';
import type { MiddlewareCall } from './middleware.ts';
import { WatchedPromise } from './watched-promise.ts';

/** One middleware, for calls of one direction. */
export interface Layer<M extends OutgoingMessage | IncomingMessage> {
  readonly name: string;

  /** What it is registered for; `undefined` for everything. */
  readonly patterns: readonly QueuePattern[] | undefined;

  run(call: MiddlewareCall<M>, next: () => unknown): unknown;
}

/** What holds for the layers of one kind of call. */
export interface LayerRules {
  /** Told which layer did not call `next()`. May throw. */
  skipped(name: string): void;

  /** Whether the call answers at once, so that a layer must not be asynchronous. */
  readonly synchronous: boolean;
}

/**
 * Runs layers around a call, the first outermost, and gives the result of the innermost one. A layer sees those messages of
 * the call that it is registered for; where there are none, it is left out. Nothing is made asynchronous that is not.
 */
export function runLayers<M extends OutgoingMessage | IncomingMessage, R>(
  layers: readonly Layer<M>[],
  call: MiddlewareCall<M>,
  innermost: () => R,
  rules: LayerRules,
): R {
  const from = (index: number): unknown => {
    const layer = layers[index];
    if (layer === undefined) return innermost();
    const messages = messagesFor(layer, call);
    if (messages.length === 0) return from(index + 1);
    const seen = messages === call.messages ? call : { ...call, messages };
    return runLayer(layer, seen, () => from(index + 1), rules);
  };
  return from(0) as R;
}

/** Each subject is held against the patterns once. */
function messagesFor<M extends OutgoingMessage | IncomingMessage>(
  { patterns }: Layer<M>,
  { system, messages }: MiddlewareCall<M>,
): readonly M[] {
  if (patterns === undefined) return messages;
  const verdicts = new Map<string, boolean>();
  return messages.filter(({ subject }) => {
    const verdict = verdicts.get(subject) ?? patterns.some((pattern) => pattern.matches(system, subject));
    verdicts.set(subject, verdict);
    return verdict;
  });
}

function runLayer<M extends OutgoingMessage | IncomingMessage>(
  layer: Layer<M>,
  call: MiddlewareCall<M>,
  inner: () => unknown,
  rules: LayerRules,
): unknown {
  let called = false;
  let done = false;
  let asynchronous = false;
  let result: unknown;
  let handedOut: WatchedPromise | undefined;
  const next = (): unknown => {
    if (called) throw calledTwice(layer);
    if (done) throw calledLate(layer);
    called = true;
    const gave = inner();
    if (!isThenable(gave)) {
      result = gave;
      return gave;
    }
    const promise = asPromise(gave);
    result = promise;
    handedOut = new WatchedPromise(promise);
    if (asynchronous) handedOut.noteFailure();
    return handedOut;
  };
  const finish = (): unknown => {
    done = true;
    if (!called) rules.skipped(layer.name);
    // An error that the layer waited for and did not throw on is swallowed. One that it did not wait for is not.
    return handedOut?.failedWatched ? undefined : result;
  };

  const returned = layer.run(call, next);
  // Most layers hand on what they got, a promise included.
  if (!isThenable(returned) || (handedOut as unknown) === returned) return finish();
  if (rules.synchronous) {
    returned.then(undefined, () => undefined);
    throw new WaybillError(
      'middleware-async-on-sync-call',
      `Middleware "${layer.name}" is asynchronous, but this client answers at once. Make its function synchronous, or register it for other queues only.`,
    );
  }
  asynchronous = true;
  handedOut?.noteFailure();
  return asPromise(returned).then(finish);
}

function calledTwice({ name }: { readonly name: string }): WaybillError {
  return new WaybillError(
    'middleware-next-twice',
    `Middleware "${name}" called next() twice. Call it once: every call is a delivery of the same messages.`,
  );
}

function calledLate({ name }: { readonly name: string }): WaybillError {
  return new WaybillError(
    'middleware-next-late',
    `Middleware "${name}" called next() after it was done. Call it before returning, or return a promise that settles after it.`,
  );
}
