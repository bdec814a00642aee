import { activeContext, overrideMethod, wrapFunction } from '@waybill/core/adapter';
import { HandledMessage, handledMessageOf } from './handled-message.ts';
import type { ClientMaker } from './trace-nest.ts';

/** The function of a server that handles the messages of a pattern. */
type Handler = (...args: never[]) => unknown;

/** What is overridden of the server of a microservice. */
export interface NestServer extends ClientMaker {
  handleMessage(...args: never[]): Promise<unknown>;
  getHandlerByPattern(pattern: string): Handler | null;
}

/** The methods of {@link NestServer}. */
export const serverMethods: readonly string[] = ['createClient', 'handleMessage', 'getHandlerByPattern'];

/**
 * Has the span of each message told of what its handlers fail with, also where Nest catches it.
 *
 * @param awaitsStreams whether the handling of a message goes on until the streams of its handlers have ended. A client that waits for one
 * message before it takes the next must not be kept waiting longer than Nest does.
 */
export function traceHandlers(server: NestServer, awaitsStreams: boolean): void {
  overrideMethod(
    server,
    'handleMessage',
    (original) =>
      (...args) =>
        HandledMessage.handle(() => original.apply(server, args), awaitsStreams),
  );
  const traced = new WeakMap<Handler, Handler>();
  overrideMethod(server, 'getHandlerByPattern', (original) => (pattern) => {
    const handler: Handler | null = original.call(server, pattern);
    if (handler === null) return handler;
    const known = traced.get(handler);
    if (known !== undefined) return known;
    const observed = wrapFunction(handler, (call) => {
      const message = handledMessageOf(activeContext());
      return message === undefined ? call() : message.observe(call());
    });
    traced.set(handler, observed);
    return observed;
  });
}
