import {
  CreateQueueCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { traceChannel } from '@waybill/amqplib';
import { createTopics } from '@waybill/brokers';
import { traceProcessor, traceQueue } from '@waybill/bullmq';
import type { Waybill } from '@waybill/core';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import { connect } from 'amqplib';
import { Queue, Worker } from 'bullmq';
import { Kafka, logLevel } from 'kafkajs';

/** How this program and a worker in another language speak through one broker. */
export interface Conversation {
  /** What the worker is told: the URL of the broker, the queue to take from, the queue to send to. */
  readonly workerArguments: readonly string[];

  /** Sends a message to the worker. */
  send(): Promise<unknown>;

  /** Handles the message that the worker sends. */
  receive(handler: () => void): Promise<unknown>;

  close(): Promise<void>;
}

/** The names that workers have for the brokers. */
export type ConversationName = 'kafka' | 'rabbitmq' | 'sqs' | 'bullmq';

/** Connects to the broker at a URL, and makes the queues that begin with a name. */
export type OpenConversation = (url: string, waybill: Waybill, name: string) => Promise<Conversation>;

/** Every broker with its client. */
export const conversations: Readonly<Record<ConversationName, OpenConversation>> = {
  kafka: openKafka,
  rabbitmq: openRabbitmq,
  sqs: openSqs,
  bullmq: openBullmq,
};

async function openKafka(url: string, waybill: Waybill, name: string): Promise<Conversation> {
  const kafka = new Kafka({ brokers: [url], logLevel: logLevel.NOTHING });
  const [source, target] = [`${name}-to-worker`, `${name}-from-worker`];
  const admin = kafka.admin();
  const producer = traceProducer(kafka.producer(), waybill);
  const consumer = traceConsumer(kafka.consumer({ groupId: name }), waybill);
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  await createTopics(admin, [{ topic: source }, { topic: target }]);
  return {
    workerArguments: [url, source, target],
    send: () => producer.send({ topic: source, messages: [{ value: 'ship it' }] }),
    async receive(handler) {
      await consumer.subscribe({ topic: target, fromBeginning: true });
      const handled = Promise.withResolvers<void>();
      await consumer.run({
        async eachMessage() {
          handler();
          handled.resolve();
        },
      });
      await handled.promise;
    },
    async close() {
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
      await admin.deleteTopics({ topics: [source, target] });
      await admin.disconnect();
    },
  };
}

async function openRabbitmq(url: string, waybill: Waybill, name: string): Promise<Conversation> {
  const connection = await connect(url);
  const channel = traceChannel(await connection.createChannel(), waybill);
  const [source, target] = [`${name}-to-worker`, `${name}-from-worker`];
  for (const queue of [source, target])
    await channel.assertQueue(queue, { durable: false, autoDelete: true });
  return {
    workerArguments: [url, source, target],
    send: async () => channel.sendToQueue(source, Buffer.from('ship it')),
    async receive(handler) {
      const handled = Promise.withResolvers<void>();
      await channel.consume(
        target,
        async () => {
          handler();
          handled.resolve();
        },
        { noAck: true },
      );
      await handled.promise;
    },
    async close() {
      await connection.close();
    },
  };
}

async function openSqs(url: string, waybill: Waybill, name: string): Promise<Conversation> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint: url, region: 'eu-west-1', credentials });
  const sqs = traceSqsClient(client, waybill);
  const queueUrl = async (QueueName: string): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const source = await queueUrl(`${name}-to-worker`);
  const target = await queueUrl(`${name}-from-worker`);
  return {
    workerArguments: [url, source, target],
    send: () => sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'ship it' })),
    async receive(handler) {
      let message: Message | undefined;
      while (message === undefined) {
        const answer = await sqs.send(new ReceiveMessageCommand({ QueueUrl: target, WaitTimeSeconds: 5 }));
        message = answer.Messages?.[0];
      }
      await processMessage(message, async () => handler());
    },
    async close() {
      for (const QueueUrl of [source, target]) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
    },
  };
}

async function openBullmq(url: string, waybill: Waybill, name: string): Promise<Conversation> {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port) };
  const [source, target] = [`${name}-to-worker`, `${name}-from-worker`];
  const queue = traceQueue(new Queue(source, { connection }), waybill);
  const answers = new Queue(target, { connection });
  let worker: Worker | undefined;
  return {
    workerArguments: [url, source, target],
    send: () => queue.add('ship', {}),
    async receive(handler) {
      const handled = Promise.withResolvers<void>();
      worker = new Worker(
        target,
        traceProcessor(async () => handler(), waybill),
        { connection },
      );
      worker.on('completed', () => handled.resolve());
      await handled.promise;
    },
    async close() {
      await worker?.close();
      for (const each of [queue, answers]) {
        await each.obliterate({ force: true });
        await each.close();
      }
    },
  };
}
