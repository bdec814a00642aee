import { randomUUID } from 'node:crypto';
import { type Broker, startBroker } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';
import type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  TestHandler,
  TestMessage,
} from '@waybill/testing/conformance';
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import * as newest from 'amqplib';
import { traceChannel } from '../src/index.ts';

type QueueType = 'classic' | 'quorum';

/** What the harness uses of a release of amqplib. */
export type Amqplib = Pick<typeof newest, 'connect'>;

/** What the harness asks for to be published: messages to a queue, one after the other. */
interface Request {
  readonly queue: string;
  readonly messages: readonly { readonly content: Buffer; readonly options: Options.Publish }[];
}

/** RabbitMQ for the conformance suite. */
export const harness: AdapterHarness = rabbitmqHarness(newest, 'classic', 'rabbitmq');

/** RabbitMQ for the conformance suite, reached with any release of amqplib, with queues of one type. */
export function rabbitmqHarness(client: Amqplib, type: QueueType, name: string): AdapterHarness {
  const refusedQueue = `refused-${randomUUID()}`;
  let broker: Broker | undefined;
  let admin: ChannelModel | undefined;
  const declared: string[] = [];

  async function open(): Promise<ChannelModel> {
    if (broker === undefined) throw new Error('The harness was not started.');
    // Older releases ask for frames of 4 KiB, which the scenarios' own headers do not fit in.
    return client.connect(`${broker.url}?frameMax=131072`, { noDelay: true });
  }

  async function declare(queue: string, queueArguments: Record<string, unknown>): Promise<void> {
    declared.push(queue);
    const channel = await admin?.createChannel();
    await channel?.assertQueue(queue, { durable: true, arguments: queueArguments });
    await channel?.close();
  }

  return {
    broker: name,
    system: 'rabbitmq',
    send: 'publish',
    excused: {
      'a batch is a root that links to every message once': 'amqplib hands messages to handlers one by one',
    },
    refusedQueue,

    async start() {
      broker = await startBroker('rabbitmq');
      admin = await open();
      await declare(refusedQueue, { 'x-max-length': 0, 'x-overflow': 'reject-publish' });
    },

    async stop() {
      const channel = await admin?.createChannel();
      for (const queue of declared) await channel?.deleteQueue(queue);
      await admin?.close();
      await broker?.stop();
    },

    async createQueue() {
      const queue = `conformance-${randomUUID()}`;
      await declare(queue, { 'x-queue-type': type });
      return queue;
    },

    connect: async (waybill) => connection(await open(), waybill),
  };
}

async function connection(model: ChannelModel, waybill: Waybill | undefined): Promise<AdapterConnection> {
  const bare = await model.createConfirmChannel();
  settleByResult(bare);
  const channel = waybill === undefined ? bare : traceChannel(bare, waybill);
  let closed = false;
  return {
    request: (queue, messages) => request(queue, messages),
    async publish(asked) {
      const { queue, messages } = asked as Request;
      await Promise.all(messages.map(({ content, options }) => send(channel, queue, content, options)));
    },
    async consume(queue, handler: TestHandler) {
      await channel.consume(queue, (message) => message && handler(delivered(message)));
    },
    async close() {
      if (closed) return;
      closed = true;
      await model.close();
    },
  };
}

/** What a framework does below its users: acknowledge what was handled, and give back to the queue what was not. */
function settleByResult(channel: ConfirmChannel): void {
  const { consume } = channel;
  channel.consume = (queue, onMessage, options) =>
    consume.call(
      channel,
      queue,
      async (message) => {
        if (message === null) return;
        try {
          await onMessage(message);
          channel.ack(message);
        } catch {
          channel.nack(message);
        }
      },
      options,
    );
}

function send(
  channel: ConfirmChannel,
  queue: string,
  content: Buffer,
  options: Options.Publish,
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, content, options, (error) => (error ? reject(error) : resolve()));
  });
}

function request(queue: string, messages: readonly TestMessage[]): Request {
  return {
    queue,
    messages: messages.map(({ body, headers }) => ({
      content: Buffer.from(body),
      options: headers === undefined ? {} : { headers: { ...headers } },
    })),
  };
}

function delivered(message: ConsumeMessage): DeliveredMessage {
  return {
    body: String(message.content),
    header(name) {
      const value: unknown = message.properties.headers?.[name];
      return value === undefined ? undefined : String(value);
    },
    native: message,
  };
}
