import { expect, it } from '@jest/globals';
import { createWaybill } from '@waybill/core';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import type { Channel as CallbackChannel } from 'amqplib/callback_api';
import type { BrokerAsPromised } from 'rascal';
import {
  traceAmqpConnectionManager,
  traceChannel,
  traceConnection,
  traceRascalBroker,
} from '../src/index.ts';
import { FakeChannel } from './fake-channel.ts';

const waybill = createWaybill();

/** What amqp-connection-manager and others make of a channel: one with something of their own. */
interface NamedChannel extends ConfirmChannel {
  readonly team: string;
}

it('gives a channel back with what else it has', () => {
  const bare = Object.assign(new FakeChannel(), { team: 'shipping' }) as unknown as NamedChannel;
  const channel: NamedChannel = traceChannel(bare, waybill);

  expect([channel, channel.team]).toEqual([bare, 'shipping']);
});

/** Held by the compiler: the clients around amqplib keep their types. */
export async function typedAround(manager: AmqpConnectionManager, broker: BrokerAsPromised): Promise<void> {
  const traced: AmqpConnectionManager = traceAmqpConnectionManager(manager, waybill);
  const sent: boolean = await traced.createChannel().sendToQueue('orders', 'one');
  const subscription = await traceRascalBroker(broker, waybill, { endProcessSpan: 'ack' }).subscribe(
    'orders',
  );
  subscription.on('message', (_message, _content, ackOrNack) => ackOrNack());
  // @ts-expect-error A manager is no broker.
  traceRascalBroker(traced, waybill);
  // @ts-expect-error There is no such end.
  traceAmqpConnectionManager(manager, waybill, { endProcessSpan: sent });
}

/** Held by the compiler: the channels of both APIs keep their types. */
export async function typed(
  connection: ChannelModel,
  bare: Channel,
  confirms: ConfirmChannel,
  callbacks: CallbackChannel,
): Promise<void> {
  const channel: Channel = traceChannel(bare, waybill);
  const confirmChannel: ConfirmChannel = traceChannel(confirms, waybill, { endProcessSpan: 'ack' });
  const callbackChannel: CallbackChannel = traceChannel(callbacks, waybill);
  const traced: ChannelModel = traceConnection(connection, waybill);
  const sent: boolean = channel.publish('shop', 'orders', Buffer.from('one'));
  await confirmChannel.waitForConfirms();
  callbackChannel.assertQueue('orders', {}, (_error, { queue }) => void queue.length);
  // @ts-expect-error A connection is no channel.
  traceChannel(traced, waybill);
  // @ts-expect-error There is no such end.
  traceChannel(channel, waybill, { endProcessSpan: sent });
}
