import {
  DeliveryTracker,
  type EndOn,
  type Instrumenter,
  type Traceable,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import type { AmqpChannel } from './amqp-channel.ts';
import type { AmqpTracingOptions } from './amqp-tracing-options.ts';
import { traceConsuming } from './consume.ts';
import type { Settlement } from './consumed-message.ts';
import { noteDeclaredQueues } from './declared-queues.ts';
import { tracePublishing } from './publish.ts';
import { traceReceiving } from './receive.ts';
import { traceSettling } from './settle.ts';

/**
 * Traces a channel, of the promise or of the callback API, with confirms or without. Every message that it publishes carries the
 * trace context and the baggage that are active at the call; the options that are passed in are not changed. Handlers run in
 * a span that is a child of their message's trace or links to it, as the policy says, with the message's baggage.
 *
 * The span of a handler that returns a promise ends when that settles; that of another one when the message is acknowledged.
 * A message that is got rather than consumed has its span by `processMessage`.
 *
 * @returns the same channel.
 * @throws WaybillError `invalid-configuration` if it is no channel of amqplib, such as a promise, a connection or a wrapper.
 *
 * @example
 * const channel = traceChannel(await connection.createChannel(), waybill);
 * channel.sendToQueue('orders', Buffer.from('one chair'));
 * await channel.consume('orders', async (message) => {
 *   if (message === null) return;
 *   await ship(message.content);
 *   channel.ack(message);
 * });
 */
export function traceChannel<C extends AmqpChannel>(
  channel: C,
  waybill: Waybill,
  options: AmqpTracingOptions = {},
): C {
  return traceOnce(channel, waybill, adapterInfo, traceable, (instrumenter) =>
    traceMethods(channel, instrumenter, options),
  );
}

/** Overrides what is traced of a channel. */
export function traceMethods(
  channel: AmqpChannel,
  instrumenter: Instrumenter,
  options: AmqpTracingOptions,
): void {
  const deliveries = new DeliveryTracker<number, Settlement>(
    instrumenter,
    endOn[options.endProcessSpan ?? 'auto'],
  );
  noteDeclaredQueues(channel);
  tracePublishing(channel, instrumenter);
  traceConsuming(channel, instrumenter, deliveries);
  traceReceiving(channel, instrumenter);
  traceSettling(channel, deliveries);
}

const endOn: Readonly<Record<NonNullable<AmqpTracingOptions['endProcessSpan']>, EndOn>> = {
  auto: 'auto',
  handler: 'handler',
  ack: 'settlement',
};

const traceable: Traceable = {
  by: 'traceChannel',
  wanted: 'a channel of amqplib',
  from: 'connection.createChannel() of amqplib',
  methods: [
    'publish',
    'consume',
    'get',
    'assertQueue',
    'cancel',
    'ack',
    'ackAll',
    'nack',
    'nackAll',
    'reject',
    'recover',
    'on',
    'prependListener',
  ],
};
