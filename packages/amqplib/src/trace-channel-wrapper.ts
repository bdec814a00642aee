import { type Traceable, traceOnce, type Waybill } from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import type { AmqpChannel } from './amqp-channel.ts';
import { findDestination } from './destination.ts';
import { type AmqpTracingOptions, traceInnerChannel } from './trace-channel.ts';
import { leastFrame, type ManagedChannel, traceManagedChannel } from './trace-connection-manager.ts';

/** What is overridden of a `ChannelWrapper` of amqp-connection-manager. */
export interface AmqpChannelWrapper {
  publish(...args: never[]): unknown;
  sendToQueue(...args: never[]): unknown;
  consume(...args: never[]): unknown;
  addSetup(setup: never, ...rest: never[]): unknown;
}

/**
 * Traces one channel that a manager of `amqp-connection-manager` (5) has made already, as `traceAmqpConnectionManager` traces those that a
 * manager makes from then on. What `setup` functions that were added before began to consume stays untraced.
 *
 * @returns the same channel.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is no channel of such a manager.
 *
 * @example
 * const channel = traceAmqpChannelWrapper(framework.managedChannel, waybill);
 * await channel.addSetup((amqpChannel) => amqpChannel.consume('orders', handle));
 */
export function traceAmqpChannelWrapper<C extends AmqpChannelWrapper>(
  channel: C,
  waybill: Waybill,
  options: AmqpTracingOptions = {},
): C {
  return traceOnce(channel, waybill, adapterInfo, traceable, (instrumenter) => {
    let find = findDestination(undefined, leastFrame);
    traceManagedChannel(channel as unknown as ManagedChannel, instrumenter, (exchange, routingKey) =>
      find(exchange, routingKey),
    );
    const setup = (opened: AmqpChannel): void => {
      find = findDestination(undefined, opened.connection);
      traceInnerChannel(opened, { waybill, instrumenter, options });
    };
    channel.addSetup(setup as never);
  });
}

const traceable: Traceable = {
  by: 'traceAmqpChannelWrapper',
  wanted: 'a channel of amqp-connection-manager',
  from: 'createChannel() of a manager',
  methods: ['publish', 'sendToQueue', 'consume', 'addSetup'],
};
