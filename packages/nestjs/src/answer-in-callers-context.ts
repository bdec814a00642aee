import { context } from '@opentelemetry/api';
import { activeContext, overrideMethod } from '@waybill/core/adapter';

/** How a client sends a request. Nest protects it, for classes that are made from the client. */
interface Requesting {
  publish(packet: unknown, answered: (...answer: unknown[]) => unknown): unknown;
}

/**
 * Has the answers to a client's requests reach their subscribers in the context in which each subscribed. Nest calls them in that of the
 * connection, which is the context of whoever connected.
 */
export function answerInCallersContext(client: object): void {
  const requesting = client as Requesting;
  overrideMethod(
    requesting,
    'publish',
    (original) => (packet, answered) =>
      original.call(requesting, packet, context.bind(activeContext(), answered)),
  );
}
