import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import { describeAdapter } from '@waybill/testing/conformance';
import { traceChannel } from '../src/index.ts';
import { type Amqplib, rabbitmqHarness } from './harness.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

// It has no types of its own; what the harness uses of it is what later ones have.
const lowest: Amqplib = createRequire(import.meta.url)('amqplib-lowest');

describeAdapter(rabbitmqHarness(lowest, 'classic', 'rabbitmq (amqplib 0.10.0)'));

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());

it('ends every publish when the connection is lost, also those that this release forgets', async () => {
  const queues = [
    await testBed.queue({ arguments: { 'x-queue-type': 'quorum' } }),
    await testBed.queue({ durable: false, autoDelete: true }),
  ];
  const connection = await lowest.connect(testBed.url);
  connection.on('error', () => undefined);
  const channel = traceChannel(await connection.createConfirmChannel(), testBed.waybill());
  channel.on('error', () => undefined);
  const published = 400;
  for (let index = 0; index < published; index++) {
    channel.sendToQueue(
      queues[index % 2] ?? '',
      Buffer.from('one'),
      { persistent: index % 2 === 0 },
      () => undefined,
    );
  }
  await until(() => testBed.spans.named(`publish ${queues[1]}`).count > 0);
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
  stream.destroy(new Error('cut'));
  await until(
    () => queues.reduce((sum, queue) => sum + testBed.spans.named(`publish ${queue}`).count, 0) === published,
  );
});
