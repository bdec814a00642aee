import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { context, propagation } from '@opentelemetry/api';
import { type Broker, startBroker } from '@waybill/brokers';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { expectNoLeaks, type RecordedSpans, startTestTelemetry, type TestTelemetry } from '@waybill/testing';
import { processMessage, traceSqsClient } from '../src/index.ts';

/** A real queue server, recorded spans, clients of both kinds, and queues that are deleted. */
export class SqsTestBed {
  readonly spans: RecordedSpans;
  readonly telemetry: TestTelemetry;
  readonly #waybills: Waybill[] = [];
  readonly #broker: Broker;
  readonly #clients: SQSClient[] = [];
  readonly #queueUrls: string[] = [];

  private constructor(broker: Broker, telemetry: TestTelemetry) {
    this.#broker = broker;
    this.telemetry = telemetry;
    this.spans = telemetry.spans;
  }

  static async open(): Promise<SqsTestBed> {
    return new SqsTestBed(await startBroker('sqs'), await startTestTelemetry());
  }

  /** The same with a server in this process, which is lenient: it takes eleven attributes and empty ones. */
  static async openInProcess(): Promise<SqsTestBed> {
    const { startFauxqs } = await import('fauxqs');
    const server = await startFauxqs({ port: 0, logger: false });
    return new SqsTestBed({ url: server.address, stop: () => server.stop() }, await startTestTelemetry());
  }

  /** A client that nothing traces. */
  bare(config: SQSClientConfig = {}): SQSClient {
    const client = new SQSClient({ ...this.config, ...config });
    this.#clients.push(client);
    return client;
  }

  /** How a client reaches the server. */
  get config(): SQSClientConfig {
    return {
      endpoint: this.#broker.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
  }

  /** A client that records its spans here. */
  traced(options: WaybillOptions = {}): SQSClient {
    const waybill = createWaybill({ diagnose: true, ...options });
    this.#waybills.push(waybill);
    return traceSqsClient(this.bare(), waybill);
  }

  /** A queue of its own for a test. */
  async queue(
    name = 'orders',
    Attributes: Record<string, string> = {},
  ): Promise<{ name: string; QueueUrl: string }> {
    const suffix = name.endsWith('.fifo') ? '.fifo' : '';
    const unique = `${name.slice(0, name.length - suffix.length)}-${randomUUID()}${suffix}`;
    const { QueueUrl } = await this.bare().send(new CreateQueueCommand({ QueueName: unique, Attributes }));
    this.#queueUrls.push(String(QueueUrl));
    return { name: unique, QueueUrl: String(QueueUrl) };
  }

  /** No mistakes with contexts were made. */
  async close(): Promise<void> {
    for (const waybill of this.#waybills) expectNoLeaks(waybill);
    const bare = this.bare();
    for (const QueueUrl of this.#queueUrls) await bare.send(new DeleteQueueCommand({ QueueUrl }));
    for (const client of this.#clients) client.destroy();
    await this.telemetry.shutdown();
    await this.#broker.stop();
  }
}

/** Receives until so many messages have come. */
export async function receive(
  client: SQSClient,
  QueueUrl: string,
  count = 1,
  input: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message[]> {
  const messages: Message[] = [];
  const deadline = Date.now() + 50_000;
  while (messages.length < count && Date.now() < deadline) {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      ...input,
    });
    messages.push(...((await client.send(command)).Messages ?? []));
  }
  return messages;
}

/** Receives one message, handles and deletes it; gives what the handler gave. */
export async function handleOne<R>(
  client: SQSClient,
  QueueUrl: string,
  handler: (message: Message) => R,
): Promise<R> {
  const [message] = await receive(client, QueueUrl);
  if (message === undefined) throw new Error('No message came.');
  const result = await processMessage(message, handler);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return result;
}

/** The inputs that reach the wire from now on. */
export function inputsOf(client: SQSClient): object[] {
  const inputs: object[] = [];
  client.middlewareStack.add(
    (next) => (args) => {
      inputs.push(args.input);
      return next(args);
    },
    { step: 'serialize', name: 'inputsOf' },
  );
  return inputs;
}

/** Runs something with a tenant in the baggage. */
export function asTenant<R>(tenant: string, run: () => R): R {
  const baggage = propagation.createBaggage({ 'tenant.id': { value: tenant }, 'user.id': { value: 'u-1' } });
  return context.with(propagation.setBaggage(context.active(), baggage), run);
}

/** The baggage that is active now. */
export function activeBaggage(): Record<string, string> {
  const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
}
