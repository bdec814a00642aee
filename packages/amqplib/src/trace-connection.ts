import {
  answerOf,
  overrideMethod,
  type Traceable,
  traceInner,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import type { AmqpChannel } from './amqp-channel.ts';
import { type AmqpTracingOptions, type Tracing, traceInnerChannel } from './trace-channel.ts';

/** What is overridden of a connection: that of both APIs, with recovery and without. */
export interface AmqpConnection {
  createChannel(...args: never[]): unknown;
  createConfirmChannel(...args: never[]): unknown;
  on(event: string, listener: (...about: unknown[]) => void): unknown;
}

/**
 * Traces every channel that a connection creates, as `traceChannel` does. A connection that recovers goes on doing so after
 * it has, as do the connections that its `connect` event hands out. Channels that the `setup` of its recovery creates are traced
 * if `setup` calls this function with what it is given.
 *
 * @returns the same connection.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is no connection of amqplib, such as a promise, a channel or a wrapper.
 *
 * @example
 * const connection = traceConnection(await connect(url, { recovery: true }), waybill);
 * const channel = await connection.createConfirmChannel();
 */
export function traceConnection<C extends AmqpConnection>(
  connection: C,
  waybill: Waybill,
  options: AmqpTracingOptions = {},
): C {
  return traceOnce(connection, waybill, adapterInfo, traceable, (instrumenter) =>
    traceChannels(connection, { waybill, instrumenter, options }),
  );
}

/** Traces a connection that was made for the application; one that cannot be traced stays as it is. */
export function traceInnerConnection(connection: AmqpConnection, tracing: Tracing): void {
  traceInner(connection, tracing.waybill, adapterInfo, () => traceChannels(connection, tracing));
}

/** Overrides what makes channels. */
function traceChannels(client: AmqpConnection, tracing: Tracing): void {
  const traceChannel = (opened: unknown): void => {
    const channel = opened as AmqpChannel | undefined;
    if (typeof channel?.publish === 'function') traceInnerChannel(channel, tracing);
  };
  for (const method of ['createChannel', 'createConfirmChannel'] as const) {
    overrideMethod(client, method, (original) => (...args) => {
      const returned = answerOf(client, original, args, (_failure, channel) => traceChannel(channel));
      // The API with callbacks returns it at once, too.
      traceChannel(returned);
      return returned;
    });
  }
  if ('waitForConnect' in client) {
    client.on('connect', (inner) => traceInnerConnection(inner as AmqpConnection, tracing));
  }
}

const traceable: Traceable = {
  by: 'traceConnection',
  wanted: 'a connection of amqplib',
  from: 'connect() of amqplib',
  methods: ['createChannel', 'createConfirmChannel', 'on'],
};
