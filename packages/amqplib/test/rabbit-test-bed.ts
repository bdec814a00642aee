import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type Broker, startBroker } from '@waybill/brokers';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { expectNoLeaks, type RecordedSpans, recordSpans } from '@waybill/testing';
import { type Channel, type ChannelModel, type ConfirmChannel, connect, type Options } from 'amqplib';
import { type Connection, connect as connectByCallback } from 'amqplib/callback_api';
import { type AmqpTracingOptions, traceChannel } from '../src/index.ts';

/** A real RabbitMQ, recorded spans, channels that are closed afterwards, and queues that are deleted. */
export class RabbitTestBed {
  readonly spans: RecordedSpans = recordSpans();
  readonly url: string;
  readonly admin: ConfirmChannel;
  readonly #broker: Broker;
  readonly #waybills: Waybill[] = [];
  readonly #connections: { close(): Promise<unknown> }[];
  readonly #queues: string[] = [];

  private constructor(broker: Broker, connection: ChannelModel, admin: ConfirmChannel) {
    this.#broker = broker;
    this.url = broker.url;
    this.#connections = [connection];
    this.admin = admin;
  }

  static async open(): Promise<RabbitTestBed> {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const broker = await startBroker('rabbitmq');
    const connection = await connect(broker.url, { noDelay: true });
    return new RabbitTestBed(broker, connection, await connection.createConfirmChannel());
  }

  /** A queue of its own for a test. */
  async queue(options: Options.AssertQueue = {}): Promise<string> {
    const { queue } = await this.admin.assertQueue(this.queueName(), options);
    return queue;
  }

  /** The name of a queue that a test declares itself. */
  queueName(): string {
    const name = `testBed-${randomUUID()}`;
    this.#queues.push(name);
    return name;
  }

  /** A Waybill whose spans are recorded here. */
  waybill(options: WaybillOptions = {}): Waybill {
    const tracerProvider = new TracerProvider({ spanProcessors: [this.spans] });
    const waybill = createWaybill({ tracerProvider, diagnose: true, ...options });
    this.#waybills.push(waybill);
    return waybill;
  }

  /** A connection that no Waybill traces. */
  async connection(): Promise<ChannelModel> {
    const connection = await connect(this.url, { noDelay: true });
    this.#connections.push(connection);
    return connection;
  }

  /** A connection of the API with callbacks that no Waybill traces. */
  async callbackConnection(): Promise<Connection> {
    const connection = await new Promise<Connection>((resolve, reject) => {
      connectByCallback(this.url, { noDelay: true }, (error, made) =>
        error ? reject(error) : resolve(made),
      );
    });
    this.#connections.push({ close: promisify(connection.close.bind(connection)) });
    return connection;
  }

  /** A channel that records its spans here. */
  async channel(waybill: Waybill = this.waybill(), options: AmqpTracingOptions = {}): Promise<Channel> {
    return traceChannel(await (await this.connection()).createChannel(), waybill, options);
  }

  /** A channel with confirms that records its spans here. */
  async confirmChannel(
    waybill: Waybill = this.waybill(),
    options: AmqpTracingOptions = {},
  ): Promise<ConfirmChannel> {
    return traceChannel(await (await this.connection()).createConfirmChannel(), waybill, options);
  }

  /** How many messages are ready in a queue. */
  async depth(queue: string): Promise<number> {
    return (await this.admin.checkQueue(queue)).messageCount;
  }

  /** Closes all connections that were made for a test. */
  async disconnect(): Promise<void> {
    await Promise.all(
      this.#connections.splice(1).map((connection) => connection.close().catch(() => undefined)),
    );
  }

  /** No mistakes with contexts were made. */
  async close(): Promise<void> {
    await this.disconnect();
    for (const queue of this.#queues) await this.admin.deleteQueue(queue);
    for (const waybill of this.#waybills) expectNoLeaks(waybill);
    await this.#connections[0]?.close();
    context.disable();
    await this.#broker.stop();
  }
}
