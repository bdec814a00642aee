import { reporter } from '../../diag.ts';
import { checkFunction } from '../../ground/wrong-use.ts';
import { areUnknownMessagesExpected, recallReceived } from './received-messages.ts';

/**
 * Handles a message that a traced client received: in a consumer span of its own that is a child of the message's trace or
 * links to it, as the policy says, with the message's baggage.
 *
 * A message that no traced client received (a copy, or one from elsewhere) is handled without a span, and `diag` reports that.
 *
 * @returns what the handler returns. What it throws is recorded on the span and thrown on.
 * @throws {WaybillError} with code `WAYBILL_NOT_A_FUNCTION` when there is no handler.
 *
 * @example
 * const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
 * for (const message of Messages) {
 *   await processMessage(message, async ({ Body }) => ship(JSON.parse(Body ?? '')));
 * }
 */
export function processMessage<M extends object, R>(message: M, handler: (message: M) => R): R {
  assertHandler('processMessage', handler);
  const received = recallReceived(message);
  if (received === undefined) {
    if (areUnknownMessagesExpected()) return handler(message);
    reporter.reportOnce(
      'WAYBILL_NOT_RECEIVED',
      'A message was processed that no traced client received; it has no span. Pass the very object that the client returned, and wrap that client or handler',
    );
    return handler(message);
  }
  return received.process(() => handler(message));
}

/** Throws when the handler is not a function. */
export function assertHandler(place: string, handler: unknown): void {
  const first = place === 'processMessage' ? 'message' : 'messages';
  checkFunction(handler, `${place}: handler`, `Write ${place}(${first}, async (message) => { … }).`);
}
