import { types } from 'node:util';
import { type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { ConsumeMessage, Message } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import type { AmqpTracingOptions } from './amqp-tracing-options.ts';
import { declaredQueue } from './declared-queues.ts';
import { MessageSource } from './message-source.ts';
import type { OpenDeliveries } from './open-deliveries.ts';
import { type ConsumedQueue, UnsettledMessage } from './unsettled-message.ts';

/** Traces what handlers do with messages. A handler gets what amqplib hands it, and amqplib what the handler gives. */
export function traceConsuming(
  channel: AmqpChannel,
  instrumenter: Instrumenter,
  deliveries: OpenDeliveries,
  { endProcessSpan = 'auto' }: AmqpTracingOptions,
): void {
  const untilSettled = (message: UnsettledMessage, handler: () => unknown): unknown => {
    const open = instrumenter.open(message);
    if (!open.isObserved) return open.run(handler);
    const done = deliveries.add(message, open);
    let called = false;
    let promised = false;
    return open.run(
      () => {
        called = true;
        const returned = promiseOf(handler());
        promised = returned !== undefined;
        return returned;
      },
      (failed) =>
        done(failed || !called || (promised ? endProcessSpan !== 'ack' : endProcessSpan === 'handler')),
    );
  };

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
      const handler = (): unknown => onMessage(message);
      const incoming = source.incoming(message as ConsumeMessage);
      if (noAck)
        return instrumenter.process({ messages: [incoming], batch: false }, () => promiseOf(handler()));
      const { fields } = message as ConsumeMessage;
      consumerTag = fields.consumerTag;
      return untilSettled(new UnsettledMessage(incoming, fields, consumed), handler);
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
