import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Broker, startBroker, until } from '@waybill/brokers';
import { createWaybill, type Waybill } from '@waybill/core';
import { type ConfirmChannel, type ConsumeMessage, connect, type RecoveringChannelModel } from 'amqplib';
import { traceConnection } from '../src/index.ts';

const total = 600;

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker('rabbitmq', { own: true });
}, 300_000);
afterAll(() => broker.stop());

it('goes on when the broker was stopped and started, and loses nothing that the bare client keeps', async () => {
  const started: string[] = [];
  const ended: ReadableSpan[] = [];
  const tracerProvider = new TracerProvider({
    spanProcessors: [
      {
        onStart: (span) => void started.push(span.spanContext().spanId),
        onEnd: (span) => void ended.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });

  const bare = await new Work('bare', undefined).run();
  const traced = await new Work('traced', createWaybill({ tracerProvider })).run();

  expect(bare).toEqual({ handled: total, restarts: 1 });
  expect(traced).toEqual(bare);
  expect(ended.map((span) => span.spanContext().spanId).sort()).toEqual(started.sort());
  const named = (name: string): ReadableSpan[] => ended.filter((span) => span.name === name);
  expect(named('publish traced').length).toBeGreaterThanOrEqual(total);
  expect(named('process traced').length).toBeGreaterThan(total);
  const outcomes = new Set(
    named('process traced').map(({ attributes }) => attributes['waybill.message.outcome']),
  );
  expect(outcomes).toEqual(new Set([undefined, 'unsettled']));
}, 120_000);

/** An application that publishes with confirms and acknowledges what it handled, over a connection that recovers. */
class Work {
  readonly #queue: string;
  readonly #waybill: Waybill | undefined;
  readonly #handled = new Set<string>();
  #channel: Promise<ConfirmChannel> | undefined;
  #connects = 0;
  #confirmed = 0;

  constructor(queue: string, waybill: Waybill | undefined) {
    this.#queue = queue;
    this.#waybill = waybill;
  }

  async run(): Promise<{ handled: number; restarts: number }> {
    const bare = await connect(broker.url, { recovery: { initialDelay: 20, maxDelay: 100 } });
    const connection = this.#waybill === undefined ? bare : traceConnection(bare, this.#waybill);
    // Ten publishers wait for it at once.
    connection.setMaxListeners(20);
    connection.on('error', () => undefined);
    connection.on('connect', () => {
      this.#connects += 1;
      this.#channel = this.#open(connection);
    });
    this.#channel = this.#open(connection);
    const published = this.#publishAll(connection);
    await until(() => this.#confirmed >= total / 3);
    await broker.restart?.();
    await published;
    await until(() => this.#handled.size === total);
    await connection.close();
    return { handled: this.#handled.size, restarts: this.#connects };
  }

  async #open(connection: RecoveringChannelModel): Promise<ConfirmChannel> {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    await channel.assertQueue(this.#queue, { durable: true });
    await channel.prefetch(20);
    await channel.consume(this.#queue, (message) => message && this.#handle(channel, message));
    return channel;
  }

  /** Leaves every fortieth message of before the restart to the next delivery. */
  #handle(channel: ConfirmChannel, message: ConsumeMessage): void {
    const body = String(message.content);
    if (this.#connects === 0 && Number(body) % 40 === 0) return;
    setImmediate(() => {
      try {
        channel.ack(message);
        this.#handled.add(body);
      } catch {
        // Its channel is closed: the message comes again.
      }
    });
  }

  /** Publishes until every message was confirmed, ten at a time. */
  async #publishAll(connection: RecoveringChannelModel): Promise<void> {
    const numbers = Array.from({ length: total }, (_, number) => number);
    const publishers = Array.from({ length: 10 }, async () => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        await this.#publish(connection, number);
        this.#confirmed += 1;
      }
    });
    await Promise.all(publishers);
  }

  async #publish(connection: RecoveringChannelModel, number: number): Promise<void> {
    for (;;) {
      const connects = this.#connects;
      try {
        const channel = await this.#channel;
        await new Promise<void>((resolve, reject) => {
          channel?.sendToQueue(this.#queue, Buffer.from(`${number}`), { persistent: true }, (error) =>
            error ? reject(error) : resolve(),
          );
        });
        return;
      } catch {
        if (connects === this.#connects) await once(connection, 'connect');
      }
    }
  }
}
