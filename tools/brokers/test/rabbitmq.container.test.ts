import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import type { Broker } from '../src/index.ts';
import { startBroker } from '../src/index.ts';

let broker: Broker;
let connection: ChannelModel;
let channel: ConfirmChannel;

beforeAll(async () => {
  broker = await startBroker('rabbitmq');
  connection = await connect(broker.url);
  channel = await connection.createConfirmChannel();
});

afterAll(async () => {
  await connection.close();
  await broker.stop();
});

it.each(['classic', 'quorum'])('gives a published message back from a %s queue', async (type) => {
  const queue = `orders-${randomUUID()}`;
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': type } });
  channel.sendToQueue(queue, Buffer.from('an order'), { headers: { tenant: 'acme' } });
  await channel.waitForConfirms();

  const message = await channel.get(queue, { noAck: true });
  expect(message && [String(message.content), message.properties.headers?.tenant]).toEqual([
    'an order',
    'acme',
  ]);
  await channel.deleteQueue(queue);
});
