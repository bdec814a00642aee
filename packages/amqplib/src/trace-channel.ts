import {
  DeliveryTracker,
  type Instrumenter,
  onceClosed,
  PublishTracker,
  type Traceable,
  traceInner,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import type { AmqpChannel } from './amqp-channel.ts';
import { traceConsuming } from './consume.ts';
import { noteDeclaredQueues } from './declared-queues.ts';
import { tracePublishing } from './publish.ts';
import { traceReceiving } from './receive.ts';
import { type Deliveries, settlingMethods, traceSettling } from './settle.ts';

/** What {@link traceChannel} and `traceConnection` can be told. */
export interface AmqpTracingOptions {
  /**
   * What ends the span of a message that is to be acknowledged: its handler, when it returns or its promise settles; its
   * acknowledgement; or, with `auto`, the promise if the handler returns one and the acknowledgement if not. A handler that
   * fails ends it in any case, if nothing has before. Default `auto`.
   */
  readonly endProcessSpan?: 'handler' | 'ack' | 'auto' | undefined;
}

/** What traces all that one client makes. */
export interface Tracing {
  readonly waybill: Waybill;
  readonly instrumenter: Instrumenter;
  readonly options: AmqpTracingOptions;
}

/**
 * Traces a channel, of the promise or of the callback API, with confirms or without. Every message that it publishes carries the
 * trace context and the baggage that are active at the call; the options that are passed in are not changed. Handlers run in
 * a span that is a child of their message's trace or links to it, as the policy says, with the message's baggage.
 *
 * The span of a handler that returns a promise ends when that settles; that of another one when the message is acknowledged.
 * A message that is got rather than consumed has its span by `processMessage`.
 *
 * @returns the same channel.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is no channel of amqplib, such as a promise, a connection or a wrapper.
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
    traceMethods(channel, { waybill, instrumenter, options }),
  );
}

/** Traces a channel that was made for the application; one that cannot be traced stays as it is. */
export function traceInnerChannel(channel: AmqpChannel, tracing: Tracing): void {
  traceInner(channel, tracing.waybill, adapterInfo, () => traceMethods(channel, tracing));
}

/** Overrides what is traced of a channel. */
function traceMethods(channel: AmqpChannel, { instrumenter, options }: Tracing): void {
  const { endProcessSpan: end = 'auto' } = options;
  const deliveries: Deliveries = new DeliveryTracker(instrumenter, end === 'ack' ? 'settlement' : end);
  const publishes = new PublishTracker<string>();
  noteDeclaredQueues(channel);
  tracePublishing(channel, instrumenter, publishes);
  traceConsuming(channel, instrumenter, deliveries);
  traceReceiving(channel, instrumenter);
  traceSettling(channel, deliveries);
  onLost(channel, (reason) => {
    deliveries.endAll();
    publishes.endAll(reason);
  });
}

/**
 * Calls back when a channel hears nothing any more: when it closes, and when the socket of its connection does. Of a socket
 * that this process destroyed amqplib learns by a heartbeat that does not come, if there are any. Called twice if both happen.
 */
function onLost(channel: AmqpChannel, lost: (reason: Error) => void): void {
  const { stream } = channel.connection as { readonly stream?: unknown };
  const stopWaiting = onceClosed(stream, () => lost(new Error('connection closed')));
  // First, as the callbacks that amqplib calls when a channel closes may throw, which skips the listeners that come after.
  channel.prependListener('close', () => {
    stopWaiting();
    lost(new Error('channel closed'));
  });
}

const traceable: Traceable = {
  by: 'traceChannel',
  wanted: 'a channel of amqplib',
  from: 'connection.createChannel() of amqplib',
  methods: ['publish', 'consume', 'get', 'assertQueue', ...settlingMethods, 'on', 'prependListener'],
};
