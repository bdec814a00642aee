import { types } from 'node:util';
import { type DeliveryTracker, type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { ConsumeMessage, Message } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import { ConsumedMessage, type ConsumedQueue, type Settlement } from './consumed-message.ts';
import { declaredQueue } from './declared-queues.ts';
import { MessageSource } from './message-source.ts';

/** Traces what handlers do with messages. A handler gets what amqplib gives it; of what it returns only a promise goes on. */
export function traceConsuming(
  channel: AmqpChannel,
  instrumenter: Instrumenter,
  deliveries: DeliveryTracker<number, Settlement>,
): void {
  overrideMethod(channel, 'consume', (original, bare) => (queue, onMessage, options, ...rest) => {
    if (typeof onMessage !== 'function') return original.call(channel, queue, onMessage, options, ...rest);
    const source = new MessageSource(queue, channel.connection, instrumenter.report);
    const noAck = options?.noAck;
    // Of all queues only streams take it.
    const readsStream = options?.arguments?.['x-stream-offset'] !== undefined;
    const consumed = (): ConsumedQueue => {
      const declared = declaredQueue(channel.connection, queue);
      return readsStream ? { ...declared, isStream: true } : declared;
    };
    let consumerTag: string | undefined;
    const traced = (message: Message | null): unknown => {
      if (message === null) {
        if (consumerTag !== undefined) deliveries.endOf(consumerTag);
        return onMessage(message);
      }
      if (instrumenter.isIdle) return onMessage(message);
      const handler = (): unknown => promiseOf(onMessage(message));
      const incoming = source.incoming(message as ConsumeMessage);
      if (noAck) return instrumenter.process({ messages: [incoming], batch: false }, handler);
      const { fields } = message as ConsumeMessage;
      consumerTag = fields.consumerTag;
      return deliveries.run(new ConsumedMessage(incoming, fields, consumed), handler);
    };
    return (instrumenter.isIdle ? original : bare).call(channel, queue, traced, options, ...rest);
  });
}

/**
 * What a handler gives, if it is a promise. amqplib looks at nothing of it, so nothing else that has a `then` may be asked: the query of
 * a database client would start.
 */
function promiseOf(returned: unknown): Promise<unknown> | undefined {
  return types.isPromise(returned) ? returned : undefined;
}
