import type { PublishCall } from '../seam/calls.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { overrideMethod } from './trace-once.ts';

/** Makes the call of a method's arguments; `undefined` where there is nothing to trace. `bare` is the client's method, for `invoke`. */
export type CallOf<M> = M extends (...args: infer A) => infer R
  ? (bare: M & CallableFunction, ...args: A) => PublishCall<R> | undefined
  : never;

/**
 * Replaces a method that publishes, on one instance, as {@link overrideMethod} does. While there is nothing to do, the client's method
 * is called as it was found, with the caller's own arguments.
 *
 * @param callOf reads the arguments, and changes nothing of them. Where it throws, or gives `undefined`, they are left to the client,
 * whose error it is to throw.
 *
 * @example
 * overridePublish(queue, 'send', instrumenter, (bare, native) => {
 *   const message = new QueueOutgoingMessage(queue.name, native);
 *   const invoke = () => bare.call(queue, message.copy);
 *   return { messages: [message], batch: false, completes: 'promise', invoke };
 * });
 */
export function overridePublish<T extends object, K extends keyof T>(
  client: T,
  name: K,
  instrumenter: Instrumenter,
  callOf: CallOf<T[K]>,
): void {
  overrideMethod(client, name, (original, bare) => {
    const publish = (...args: unknown[]): unknown => {
      const call = instrumenter.isIdle ? undefined : readCall(callOf, bare, args);
      return call === undefined ? Reflect.apply(original, client, args) : instrumenter.publish(call);
    };
    return publish as T[K];
  });
}

function readCall<M>(callOf: CallOf<M>, bare: M, args: unknown[]): PublishCall<unknown> | undefined {
  try {
    return (callOf as (...given: unknown[]) => PublishCall<unknown> | undefined)(bare, ...args);
  } catch {
    return undefined;
  }
}
