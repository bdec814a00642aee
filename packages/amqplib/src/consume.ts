import { types } from 'node:util';
import { type Instrumenter, overrideMethod, type TrackedMessage, wrapFunction } from '@waybill/core/adapter';
import type { ConsumeMessage, Message } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import { declaredQueue } from './declared-queues.ts';
import { findDestination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';
import { type Deliveries, outcomeOfSettlement, type Settlement } from './settle.ts';

/** Traces what handlers do with messages. A handler gets what amqplib gives it; of what it returns only a promise goes on. */
export function traceConsuming(
  channel: AmqpChannel,
  instrumenter: Instrumenter,
  deliveries: Deliveries,
): void {
  const { connection } = channel;
  overrideMethod(channel, 'consume', (original, bare) => (queue, onMessage, options, ...rest) => {
    if (typeof onMessage !== 'function') return original.call(channel, queue, onMessage, options, ...rest);
    const find = findDestination(queue, connection);
    const noAck = options?.noAck;
    // Of all queues only streams take it.
    const readsStream = options?.arguments?.['x-stream-offset'] !== undefined;
    const outcomeOf: TrackedMessage<number, Settlement>['outcomeOf'] = (settlement, failure) =>
      outcomeOfSettlement(settlement, failure, declaredQueue(connection, queue), readsStream);
    let consumer: string | undefined;
    const traced = (message: Message | null): unknown => {
      if (message === null) {
        if (consumer !== undefined) deliveries.endOf(consumer);
        return onMessage(message);
      }
      if (instrumenter.isIdle) return onMessage(message);
      const handler = (): unknown => promiseOf(onMessage(message) ?? returnedFor.get(message));
      const incoming = new AmqpIncomingMessage(find, message);
      if (noAck)
        return instrumenter.process(
          { messages: [incoming], batch: false, tellsWhetherItComesAgain: true },
          handler,
        );
      const { fields } = message as ConsumeMessage;
      consumer = fields.consumerTag;
      return deliveries.run({ message: incoming, key: fields.deliveryTag, consumer, outcomeOf }, handler);
    };
    return (instrumenter.isIdle ? original : bare).call(channel, queue, traced, options, ...rest);
  });
}

/** What the handlers of clients in between returned for a message, where such a client keeps it to itself. */
const returnedFor = new WeakMap<object, unknown>();

/** A handler whose promise ends the span of its message, although the client that calls it does not pass the promise on. */
export function showingPromise<F extends (message: never) => unknown>(handler: F): F {
  return wrapFunction(handler, (call, [message]) => {
    const returned = call();
    if (promiseOf(returned) !== undefined) returnedFor.set(message, returned);
    return returned;
  });
}

/**
 * What a handler gives, if it is a promise. amqplib looks at nothing of it, so nothing else that has a `then` may be asked: the query of
 * a database client would start.
 */
export function promiseOf(returned: unknown): Promise<unknown> | undefined {
  return types.isPromise(returned) ? returned : undefined;
}
