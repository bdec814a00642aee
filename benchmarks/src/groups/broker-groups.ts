import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createWaybill } from '@waybill/core';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import { Kafka, logLevel } from 'kafkajs';
import type { Group } from '../group.ts';
import { median, quantile } from '../measure/statistics.ts';
import { enterMode } from '../mode.ts';

/** Sends a message and is done when its handler is. */
type RoundTrip = () => Promise<void>;

/** A client on a real broker, bare or traced. */
interface Lane {
  readonly trip: RoundTrip;

  /** Begins to ask for messages, or stops: who does not measure does not poll. */
  wake(): void;
  rest(): void;

  close(): Promise<void>;
}

/** How a lane is opened; with `traced`, by Waybill. */
type OpenLane = (url: string, traced: boolean) => Promise<Lane>;

/** Messages through a real broker, bare and traced by turns: how many a second, and how long the slowest hundredth takes. */
export function brokerGroup(name: 'kafkajs' | 'sqs', url: string, rounds: number): Group {
  return {
    name: `${name}/broker`,
    processes: 1,
    async measure() {
      enterMode({ tracing: 'recorded', metrics: true });
      const lanes = { bare: await lanesOf[name](url, false), waybill: await lanesOf[name](url, true) };
      const measured: Record<string, number[]> = {
        'bare rate': [],
        'waybill rate': [],
        'bare p99': [],
        'waybill p99': [],
      };
      const order = ['bare', 'waybill'] as const;
      for (let round = -10; round < rounds; round++) {
        for (const lane of round % 2 === 0 ? order : order.toReversed()) {
          lanes[lane].wake();
          const { rate, p99 } = await runRound(lanes[lane].trip);
          lanes[lane].rest();
          if (round < 0) continue;
          measured[`${lane} rate`]?.push(rate);
          measured[`${lane} p99`]?.push(p99);
        }
      }
      await Promise.all([lanes.bare.close(), lanes.waybill.close()]);
      return measured;
    },
    rows: [
      {
        name: `${name}/broker/throughput-over-bare`,
        goal: 0.97,
        atLeast: true,
        unit: 'messages/s',
        compare: (measured) => ({
          ours: median(measured['waybill rate'] ?? []),
          theirs: median(measured['bare rate'] ?? []),
        }),
      },
      {
        name: `${name}/broker/p99-over-bare`,
        goal: 1.05,
        unit: 'ms',
        compare: (measured) => ({
          ours: median(measured['waybill p99'] ?? []),
          theirs: median(measured['bare p99'] ?? []),
        }),
      },
    ],
  };
}

const trips = 100;
const atOnce = 20;

/** So many trips, some at a time. */
async function runRound(trip: RoundTrip): Promise<{ readonly rate: number; readonly p99: number }> {
  const latencies: number[] = [];
  let begun = 0;
  const start = performance.now();
  const work = async (): Promise<void> => {
    while (begun++ < trips) {
      const began = performance.now();
      await trip();
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const rate = (latencies.length / (performance.now() - start)) * 1_000;
  return { rate, p99: quantile(latencies, 0.99) };
}

/** Who waits for which message. */
class Waiting {
  readonly #waiting = new Map<string, () => void>();

  for(id: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  done(id: string): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}

const lanesOf: Readonly<Record<'kafkajs' | 'sqs', OpenLane>> = {
  async kafkajs(url, traced) {
    const kafka = new Kafka({ brokers: [url], logLevel: logLevel.NOTHING });
    const topic = `bench-${randomUUID()}`;
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
    await admin.disconnect();
    const waybill = createWaybill();
    const producer = traced ? traceProducer(kafka.producer(), waybill) : kafka.producer();
    const settings = { groupId: topic, maxWaitTimeInMs: 5 };
    const consumer = traced ? traceConsumer(kafka.consumer(settings), waybill) : kafka.consumer(settings);
    const waiting = new Waiting();
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => waiting.done(String(message.value)) });
    return {
      async trip() {
        const id = randomUUID();
        const handled = waiting.for(id);
        await producer.send({ topic, messages: [{ value: id }] });
        await handled;
      },
      wake: () => consumer.resume([{ topic }]),
      rest: () => consumer.pause([{ topic }]),
      async close() {
        await consumer.disconnect();
        await producer.disconnect();
      },
    };
  },

  async sqs(url, traced) {
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    const bare = new SQSClient({ endpoint: url, region: 'us-east-1', credentials });
    const client = traced ? traceSqsClient(bare, createWaybill()) : bare;
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `bench-${randomUUID()}` }));
    const waiting = new Waiting();
    const handle = async ({ Body = '' }: { readonly Body?: string | undefined }): Promise<void> =>
      waiting.done(Body);
    let awake = false;
    const poll = async (): Promise<void> => {
      while (awake) {
        const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
        const { Messages = [] } = await client.send(receive);
        for (const message of Messages) await (traced ? processMessage(message, handle) : handle(message));
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    };
    let polling: Promise<void> | undefined;
    return {
      async trip() {
        const id = randomUUID();
        const handled = waiting.for(id);
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody: id }));
        await handled;
      },
      wake() {
        awake = true;
        polling = poll();
      },
      rest() {
        awake = false;
      },
      async close() {
        await polling;
        client.destroy();
      },
    };
  },
};
