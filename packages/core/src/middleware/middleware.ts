import type { MessageView, OutgoingMessageView } from '../seam/message-view.ts';

/** What middleware sees of a call: its messages, or those that the middleware was registered for. */
export interface MiddlewareCall<M extends OutgoingMessageView | MessageView> {
  /** The messaging system, as in `messaging.system.name`. */
  readonly system: string;

  /** The messages of the call, one or more. */
  readonly messages: readonly M[];

  /** Whether the client's call sends, or its handler gets, a batch. */
  readonly batch: boolean;
}

/**
 * A layer around every publish, every delivery, or both. The first one registered is the outermost.
 *
 * `next()` runs the inner layers and the call, up to their first `await`, before it returns. The caller gets the client's or the
 * handler's own result, whatever the middleware returns; if the middleware is asynchronous, once it is done. An error that it
 * throws reaches the caller, or the settlement of the message, like an error of the client or the handler. An error that it
 * awaits and does not throw on is swallowed, and there is no result; an error that it does not await still reaches the caller.
 *
 * @example
 * waybill.use({
 *   name: 'tenant',
 *   publish(call, next) {
 *     for (const message of call.messages) message.headers.set('x-tenant', currentTenant());
 *     return next();
 *   },
 *   async consume(delivery, next) {
 *     const stop = watch(delivery.messages.length);
 *     try {
 *       await next();
 *     } finally {
 *       stop();
 *     }
 *   },
 * });
 */
export interface Middleware {
  /** Its name in errors and spans. Default: the name of its function, or its number in the order of registration. */
  readonly name?: string | undefined;

  /**
   * Runs before the span is made and the context injected: it may set headers of the messages, and run `next` in a context
   * with other baggage. It has to call `next()` exactly once.
   */
  publish?(call: MiddlewareCall<OutgoingMessageView>, next: () => unknown): unknown;

  /** Runs inside the message's span and context. Without a call of `next()` the handler does not run, and the span says why. */
  consume?(delivery: MiddlewareCall<MessageView>, next: () => unknown): unknown;
}
