import { types } from 'node:util';
import { type Instrumenter, overrideMethod, wrapFunction } from '@waybill/core/adapter';
import type { ConsumeMessage, Options } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import { findDestination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';
import { type Deliveries, outcomesOf } from './settle.ts';

/** Traces what handlers do with messages. A handler gets what amqplib gives it; of what it returns only a promise goes on. */
export function traceConsuming(
  channel: AmqpChannel,
  instrumenter: Instrumenter,
  deliveries: Deliveries,
): void {
  overrideMethod(channel, 'consume', (original, bare) => (queue, onMessage, options, ...rest) => {
    if (typeof onMessage !== 'function') return original.call(channel, queue, onMessage, options, ...rest);
    const handle = handlingOf(instrumenter, queue, channel.connection, options);
    let consumer: string | undefined;
    const traced = (message: ConsumeMessage | null): unknown => {
      if (message === null) {
        if (consumer !== undefined) deliveries.endOf(consumer);
        return onMessage(message);
      }
      if (instrumenter.isIdle) return onMessage(message);
      consumer = message.fields.consumerTag;
      return handle(deliveries, message, () => onMessage(message) ?? returnedFor.get(message));
    };
    return (instrumenter.isIdle ? original : bare).call(channel, queue, traced, options, ...rest);
  });
}

/** Handles a message of one consumer in its span. Of what the handler returns only a promise goes on. */
export type Handle = (deliveries: Deliveries, message: ConsumeMessage, handler: () => unknown) => unknown;

/**
 * What handles the messages of one consumer.
 *
 * @param queue what it reads.
 * @param options those that it consumes with.
 */
export function handlingOf(
  instrumenter: Instrumenter,
  queue: string,
  connection: object,
  options: Options.Consume | undefined,
): Handle {
  const find = findDestination(queue, connection);
  const outcomeOf = outcomesOf(queue, connection, options);
  const noAck = options?.noAck;
  return (deliveries, native, handler) => {
    const message = new AmqpIncomingMessage(find, native);
    const run = (): unknown => promiseOf(handler());
    if (noAck) {
      const delivery = { messages: [message], batch: false, tellsWhetherItComesAgain: true };
      return instrumenter.process(delivery, run);
    }
    const { deliveryTag: key, consumerTag: consumer } = native.fields;
    return deliveries.run({ message, key, consumer, outcomeOf }, run);
  };
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
function promiseOf(returned: unknown): Promise<unknown> | undefined {
  return types.isPromise(returned) ? returned : undefined;
}
