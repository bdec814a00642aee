import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  AckPolicy,
  type ConsumerConfig,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type Broker, startBroker } from '@waybill/brokers';
import { createWaybill, processMessage } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { traceJetStream } from '../src/trace-jet-stream.ts';

const spans = recordSpans();
const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
const waybill = createWaybill({ tracerProvider });

let broker: Broker;
let connection: NatsConnection;
let manager: JetStreamManager;
let js: JetStreamClient;
let queue: string;

beforeAll(async () => {
  broker = await startBroker('nats');
  connection = await connect({ servers: broker.url });
  manager = await jetstreamManager(connection);
  js = traceJetStream(jetstream(connection), waybill);
});

afterAll(async () => {
  await connection.close();
  await broker.stop();
});

beforeEach(async () => {
  queue = `orders-${randomUUID()}`;
  await manager.streams.add({ name: queue, subjects: [queue, `${queue}.>`] });
});

afterEach(async () => {
  await manager.streams.delete(queue);
  spans.clear();
});

async function consume(handle: (message: JsMsg) => void, config: Partial<ConsumerConfig> = {}) {
  await manager.consumers.add(queue, { durable_name: 'worker', ack_policy: AckPolicy.Explicit, ...config });
  const consumer = await js.consumers.get(queue, 'worker');
  return consumer.consume({ callback: handle });
}

const processed = (count = 1) => spans.waitFor(`process ${queue}`, { count });

it('ends the span of a callback when its message is acknowledged, not when it returns', async () => {
  const { promise, resolve } = Promise.withResolvers<JsMsg>();
  const messages = await consume(resolve);
  await js.publish(queue, 'one');
  const message = await promise;
  expect(spans.named(`process ${queue}`).count).toBe(0);
  message.ack();
  (await processed()).toHaveSucceeded().toHaveAttributes({
    'messaging.message.id': `${queue}:1`,
    'messaging.consumer.group.name': 'worker',
    'nats.stream': queue,
    'waybill.message.outcome': undefined,
  });
  await messages.close();
});

it('tells a message that was put back, and links its next delivery to the one before', async () => {
  const messages = await consume((message) => (message.redelivered ? message.ack() : message.nak(50)));
  await js.publish(queue, 'one');
  const both = await processed(2);
  both.each.toHaveSucceeded();
  const [first, second] = [both.at(0), both.at(1)];
  first.toHaveAttributes({ 'waybill.message.attempt': 1, 'waybill.message.outcome': 'deferred' });
  second.toHaveAttributes({ 'waybill.message.attempt': 2, 'waybill.message.outcome': undefined });
  second.toLinkTo(first, { 'waybill.link.to': 'previous-attempt' });
  await messages.close();
});

it.each([
  ['a message that was terminated', (message: JsMsg) => message.term('no such order'), {}],
  ['a message whose last delivery was refused', (message: JsMsg) => message.nak(), { max_deliver: 1 }],
])('tells that %s does not come again', async (_name, settle, config) => {
  const messages = await consume(settle, config);
  await js.publish(queue, 'one');
  (await processed()).toHaveAttributes({ 'waybill.message.outcome': 'failed', 'error.type': 'rejected' });
  await messages.close();
});

it('fails the span of a callback that throws, which ends the consumption as it does without Waybill', async () => {
  const messages = await consume(() => {
    throw new RangeError('no chairs left');
  });
  await js.publish(queue, 'one');
  (await processed()).toHaveFailedWith('RangeError', 'no chairs left');
  expect(await messages.closed()).toEqual(new RangeError('no chairs left'));
});

it('tells of a message that was not settled before the consumption was closed', async () => {
  const { promise, resolve } = Promise.withResolvers<JsMsg>();
  const messages = await consume(resolve);
  await js.publish(queue, 'one');
  await promise;
  await messages.close();
  (await processed()).toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': 'unsettled' });
});

it('ends the span with the callback where the consumer takes no acknowledgements', async () => {
  const messages = await consume(() => {}, { ack_policy: AckPolicy.None });
  await js.publish(queue, 'one');
  (await processed()).toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': undefined });
  await messages.close();
});

it.each(['fetch', 'next'] as const)('traces what %s gives', async (method) => {
  await manager.consumers.add(queue, { durable_name: 'worker', ack_policy: AckPolicy.Explicit });
  const consumer = await js.consumers.get(queue, 'worker');
  await js.publish(`${queue}.eu`, 'one');
  const options = { max_messages: 1, expires: 1_000 };
  const message =
    method === 'next' ? await consumer.next(options) : await firstOf(await consumer.fetch(options));
  if (message === undefined || message === null) throw new Error('no message came');
  await processMessage(message, async () => {});
  expect(await message.ackAck()).toBe(true);
  const span = await spans.waitFor(`process ${queue}.eu`);
  span.toBeChildOf(spans.named(`publish ${queue}.eu`));
  (await spans.waitFor(`ackAck ${queue}.eu`)).toHaveKind('CLIENT').toHaveSucceeded();
});

it('keeps its headers out of a message that has no room for them', async () => {
  const payload = 'x'.repeat(1_048_576 - 1_024);
  await js.publish(queue, payload);
  const stored = await manager.streams.getMessage(queue, { seq: 1 });
  expect(stored?.data.length).toBe(payload.length);
  expect(stored?.header.keys()).toEqual([]);
});

it('leaves the caller’s headers as they are, so that they can be sent again with another message', async () => {
  const bare = jetstream(connection);
  const polluted = headers();
  await bare.publish(queue, 'one', { headers: polluted, msgID: 'order-1' });
  expect(await bare.publish(queue, 'two', { headers: polluted })).toMatchObject({ duplicate: true });

  const given = headers();
  given.set('tenant', 'acme');
  await js.publish(queue, 'one', { headers: given, msgID: 'order-2' });
  expect(given.keys()).toEqual(['tenant']);
  expect(await js.publish(queue, 'two', { headers: given })).toMatchObject({ duplicate: false });
});

it('has the id of the server on both sides, and its time where the sender is not traced', async () => {
  const messages = await consume((message) => message.ack());
  await js.publish(queue, 'one');
  await jetstream(connection).publish(queue, 'two');
  const both = await processed(2);
  spans.named(`publish ${queue}`).toHaveAttributes({ 'messaging.message.id': `${queue}:1` });
  both.at(0).toHaveAttributes({ 'messaging.message.id': `${queue}:1` });
  both.at(1).toHaveAttributes({
    'messaging.message.id': `${queue}:2`,
    'waybill.message.age.source': 'timestamp',
    'waybill.message.age': expect.closeTo(0, -2),
  });
  await messages.close();
});

it('goes by the rule of the first token of a subject', async () => {
  const policy = { queues: { [`nats:${queue}`]: { relation: 'link' } } } as const;
  const strict = traceJetStream(jetstream(connection), createWaybill({ tracerProvider, policy }));
  await manager.consumers.add(queue, { durable_name: 'worker', ack_policy: AckPolicy.Explicit });
  await strict.publish(`${queue}.eu.42`, 'one');
  const consumer = await strict.consumers.get(queue, 'worker');
  const messages = await consumer.consume({ callback: (message) => message.ack() });
  const span = await spans.waitFor(`process ${queue}.eu.42`);
  span.toBeRoot().toLinkTo(spans.named(`publish ${queue}.eu.42`));
  await messages.close();
});

async function firstOf(messages: AsyncIterable<JsMsg>): Promise<JsMsg | undefined> {
  for await (const message of messages) return message;
  return undefined;
}
