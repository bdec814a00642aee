import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import { type Channel, type ConfirmChannel, connect } from 'amqplib';
import { type Connection, connect as connectByCallback } from 'amqplib/callback_api';
import { traceConnection } from '../src/index.ts';
import { eventsOf } from './behaviour.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

let testBed: RabbitTestBed;
let queue: string;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(async () => {
  testBed.spans.clear();
  queue = await testBed.queue();
});

/** Not the testBed's: such a connection never says that it is closed. */
const withoutHeartbeat = (): string => `${testBed.url}?heartbeat=0`;

async function byPromises(): Promise<ConfirmChannel> {
  const connection = traceConnection(await connect(withoutHeartbeat()), testBed.waybill());
  return connection.createConfirmChannel();
}

async function byCallbacks(): Promise<ConfirmChannel> {
  const bare = await new Promise<Connection>((resolve, reject) => {
    connectByCallback(withoutHeartbeat(), (error, made) => (error ? reject(error) : resolve(made)));
  });
  const connection = traceConnection(bare, testBed.waybill());
  const opened = await new Promise((resolve, reject) => {
    connection.createConfirmChannel((error, channel) => (error ? reject(error) : resolve(channel)));
  });
  return opened as ConfirmChannel;
}

describe.each([
  ['promises', byPromises],
  ['callbacks', byCallbacks],
])('when this process destroys the socket of a channel of the API with %s', (_name, open) => {
  it('publishes that were not confirmed end as failed, and the application is told as little as before', async () => {
    const channel = await open();
    const events = eventsOf(channel);
    const answers: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      channel.sendToQueue(queue, Buffer.from('one'), {}, (error) => answers.push(error));
    }
    socketOf(channel).destroy();
    await until(() => testBed.spans.named(`publish ${queue}`).count === 5);

    testBed.spans.named(`publish ${queue}`).each.toHaveFailedWith('Error', 'connection closed');
    expect([events, answers]).toEqual([[], []]);
  });

  it('messages that were not acknowledged end, and come again to others', async () => {
    const channel = await open();
    let handled = 0;
    channel.sendToQueue(queue, Buffer.from('one'));
    channel.consume(queue, () => {
      handled += 1;
    });
    await until(() => handled === 1);
    socketOf(channel).destroy();
    await until(() => testBed.spans.named(`process ${queue}`).count === 1);

    testBed.spans
      .named(`process ${queue}`)
      .toHaveSucceeded()
      .toHaveAttributes({ 'waybill.message.outcome': 'unsettled' });
    await until(async () => (await testBed.depth(queue)) === 1);
  });
});

function socketOf(channel: Channel): Socket {
  return (channel.connection as unknown as { stream: Socket }).stream;
}
