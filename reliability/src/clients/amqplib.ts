import { setTimeout } from 'node:timers/promises';
import { traceChannel } from '@waybill/amqplib';
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib';
import type { Client, ClientSetup, Closable } from '../client.ts';

const prefetch = 20;

/** amqplib, on connections that the application opens again, with confirms and acknowledgements. */
export const client: Client = {
  name: 'amqplib',
  broker: 'rabbitmq',
  packages: ['amqplib'],
  ordered: true,
  unsettled: prefetch,
  struckErrors: /ECONN|EPIPE|channel closed|Channel closed|Channel ended|Socket closed|Connection closed/,

  async createQueue(url, queue) {
    const connection = await connect(url);
    const channel = await connection.createChannel();
    await channel.assertQueue(queue, { durable: true });
    const refuseAll = { 'x-max-length': 0, 'x-overflow': 'reject-publish' };
    await channel.assertQueue(refusing(queue), { durable: true, arguments: refuseAll });
    await connection.close();
  },

  async deleteQueue(url, queue) {
    const connection = await connect(url);
    const channel = await connection.createChannel();
    for (const name of [queue, refusing(queue)]) await channel.deleteQueue(name);
    await connection.close();
  },

  async produce(setup) {
    let channel = Promise.withResolvers<ConfirmChannel>();
    const connection = await stayConnected(setup, async (opened) => {
      channel.resolve(opened);
      opened.once('close', () => {
        channel = Promise.withResolvers();
      });
    });
    const publish = async (queue: string, message: number): Promise<void> => {
      const open = await channel.promise;
      return new Promise((resolve, reject) => {
        open.sendToQueue(queue, Buffer.from(String(message)), { persistent: true }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    };
    return {
      send: (message) => publish(setup.queue, message),
      refuse: (message) => publish(refusing(setup.queue), message),
      close: () => connection.close(),
    };
  },

  consume: (setup, handle) =>
    stayConnected(setup, async (channel) => {
      await channel.prefetch(prefetch);
      await channel.consume(setup.queue, (message) => message && handle(Number(message.content)));
    }),

  numberOf: (native) => Number((native as ConsumeMessage).content),
};

/** Keeps a channel open: if its connection is lost, another one is made. */
async function stayConnected(
  { url, waybill, onError }: ClientSetup,
  use: (channel: ConfirmChannel) => Promise<unknown>,
): Promise<Closable> {
  let closed = false;
  let connection: ChannelModel;
  const open = async (): Promise<void> => {
    connection = await connect(url, { noDelay: true, timeout: 5_000 });
    connection.on('error', onError);
    connection.on('close', () => void (closed || reopen()));
    const bare = await connection.createConfirmChannel();
    bare.on('error', onError);
    settleByResult(bare, onError);
    await use(waybill === undefined ? bare : traceChannel(bare, waybill));
  };
  const reopen = async (): Promise<void> => {
    for (;;) {
      await setTimeout(100);
      try {
        return await open();
      } catch (error) {
        onError(error);
      }
    }
  };
  await open();
  return {
    close() {
      closed = true;
      return connection.close();
    },
  };
}

/** Settles like a framework: acknowledges handled messages, and gives the others back to the queue. */
function settleByResult(channel: ConfirmChannel, onError: (error: unknown) => void): void {
  const { consume } = channel;
  channel.consume = (queue, onMessage, options) =>
    consume.call(
      channel,
      queue,
      async (message) => {
        if (message === null) return;
        try {
          const isHandled = await succeeds(async () => onMessage(message));
          if (isHandled) channel.ack(message);
          else channel.nack(message);
        } catch (error) {
          // The channel was lost in between, and the broker delivers the message again.
          onError(error);
        }
      },
      options,
    );
}

async function succeeds(handle: () => Promise<unknown>): Promise<boolean> {
  try {
    await handle();
    return true;
  } catch {
    return false;
  }
}

function refusing(queue: string): string {
  return `${queue}-refusing`;
}
