import { randomUUID } from 'node:crypto';
import { type Broker, createTopics, startBroker } from '@waybill/brokers';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { expectNoLeaks, type RecordedSpans, startTestTelemetry, type TestTelemetry } from '@waybill/testing';
import {
  type Admin,
  type Consumer,
  type ConsumerConfig,
  type IResourceConfigEntry,
  Kafka,
  logLevel,
  type Producer,
  type ProducerConfig,
} from 'kafkajs';
import { traceConsumer, traceProducer } from '../src/index.ts';
import { deleteAll } from './harness.ts';

/** A real Kafka, recorded spans, clients of both kinds, which are connected, and topics and groups that are deleted. */
export class KafkaTestBed {
  readonly spans: RecordedSpans;
  readonly admin: Admin;
  readonly kafka: Kafka;
  readonly #broker: Broker;
  readonly #telemetry: TestTelemetry;
  readonly #names = `test-bed-${randomUUID()}`;
  #made = 0;
  readonly #waybills: Waybill[] = [];
  readonly #clients: { disconnect(): Promise<void> }[] = [];

  private constructor(broker: Broker, telemetry: TestTelemetry) {
    this.#broker = broker;
    this.#telemetry = telemetry;
    this.spans = telemetry.spans;
    this.kafka = new Kafka({
      brokers: broker.url.split(','),
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500 },
    });
    this.admin = this.kafka.admin();
  }

  static async open(): Promise<KafkaTestBed> {
    const testBed = new KafkaTestBed(await startBroker('kafka'), await startTestTelemetry());
    await testBed.admin.connect();
    return testBed;
  }

  /** A name that no topic and no group has. Those whose names have it as a part are deleted. */
  name(): string {
    this.#made += 1;
    return `${this.#names}-${this.#made}`;
  }

  /** A topic of its own for a test. */
  async topic(numPartitions = 1, configEntries: IResourceConfigEntry[] = []): Promise<string> {
    const topic = this.name();
    await createTopics(this.admin, [{ topic, numPartitions, configEntries }]);
    return topic;
  }

  /** A Waybill whose spans are recorded here. */
  waybill(options: WaybillOptions = {}): Waybill {
    const waybill = createWaybill({ diagnose: true, ...options });
    this.#waybills.push(waybill);
    return waybill;
  }

  /** A producer that no Waybill traces. */
  async bareProducer(config: ProducerConfig = {}): Promise<Producer> {
    const producer = this.kafka.producer(config);
    this.#clients.push(producer);
    await producer.connect();
    return producer;
  }

  /** A producer that records its spans here. */
  async producer(waybill: Waybill = this.waybill(), config: ProducerConfig = {}): Promise<Producer> {
    return traceProducer(await this.bareProducer(config), waybill);
  }

  /** A consumer that no Waybill traces, in a group of its own unless the configuration names one. */
  async bareConsumer(config: Partial<ConsumerConfig> = {}): Promise<Consumer> {
    const consumer = this.kafka.consumer({
      groupId: this.name(),
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 200,
      maxWaitTimeInMs: 200,
      ...config,
    });
    this.#clients.push(consumer);
    await consumer.connect();
    return consumer;
  }

  /** A consumer that records its spans here. */
  async consumer(waybill: Waybill = this.waybill(), config: Partial<ConsumerConfig> = {}): Promise<Consumer> {
    return traceConsumer(await this.bareConsumer(config), waybill);
  }

  /** What a group has committed for the first partition of a topic. */
  async committed(groupId: string, topic: string): Promise<string | undefined> {
    const [of] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return of?.partitions[0]?.offset;
  }

  /** Disconnects all clients that were made so far. No mistakes with contexts were made. */
  async disconnect(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.disconnect()));
    for (const waybill of this.#waybills.splice(0)) expectNoLeaks(waybill);
  }

  async close(): Promise<void> {
    await this.disconnect();
    await deleteAll(this.admin, this.#names);
    await this.admin.disconnect();
    await this.#telemetry.shutdown();
    await this.#broker.stop();
  }
}
