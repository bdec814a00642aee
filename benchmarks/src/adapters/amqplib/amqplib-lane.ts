import { randomUUID } from 'node:crypto';
import { traceChannel } from '@waybill/amqplib';
import { createWaybill } from '@waybill/core';
import { connect } from 'amqplib';
import { Arrivals } from '../arrivals.ts';
import type { OpenLane } from '../lane.ts';

/** A queue of its own, read by a consumer on the connection that publishes. */
export const openAmqplibLane: OpenLane = async (url, traced) => {
  const connection = await connect(url, { noDelay: true });
  const bare = await connection.createChannel();
  const channel = traced ? traceChannel(bare, createWaybill()) : bare;
  const { queue } = await channel.assertQueue(`bench-${randomUUID()}`, { autoDelete: true });
  const arrivals = new Arrivals();
  await channel.consume(queue, (message) => {
    if (message === null) return;
    channel.ack(message);
    arrivals.tell(String(message.content));
  });
  return {
    async trip() {
      const id = randomUUID();
      const handled = arrivals.of(id);
      channel.sendToQueue(queue, Buffer.from(id));
      await handled;
    },
    // The broker pushes; nobody polls.
    wake: () => undefined,
    rest: () => undefined,
    close: () => connection.close(),
  };
};
