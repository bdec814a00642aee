import { afterAll, beforeAll, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { until } from '@waybill/brokers';
import { expectWritten, RecordedMeter, recordedTables } from '@waybill/reference';
import { processMessage } from '../src/index.ts';
import { consume } from './consume.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());

it('docs/brokers/rabbitmq.md says what is recorded', async () => {
  const meter = new RecordedMeter();
  const application = new TracerProvider({ spanProcessors: [testBed.spans] }).getTracer('application');
  const waybill = testBed.waybill({ meterProvider: meter.provider });
  const channel = await testBed.confirmChannel(waybill);
  const dead = await testBed.queue();
  const queue = testBed.queueName();
  await channel.assertQueue(queue, { deadLetterExchange: '', deadLetterRoutingKey: dead });
  const { queue: own } = await channel.assertQueue('', { exclusive: true });

  await application.startActiveSpan('POST /orders', async (span) => {
    channel.sendToQueue(queue, Buffer.from('one'), { messageId: 'm-1', correlationId: 'c-1' });
    channel.sendToQueue(queue, Buffer.from('two'));
    channel.sendToQueue(own, Buffer.from('three'));
    channel.publish('', 'nowhere', Buffer.from('four'), { mandatory: true });
    await channel.waitForConfirms();
    span.end();
  });
  testBed.admin.sendToQueue(queue, Buffer.from('five'), { headers: { traceparent: 'none' } });

  let deliveries = 0;
  await consume(channel, queue, 4, (message) => {
    deliveries += 1;
    if (deliveries === 1) channel.nack(message);
    else if (String(message.content) === 'two') channel.nack(message, false, false);
    else channel.ack(message);
  });
  await consume(channel, own, 1, (message) => channel.ack(message));
  await until(async () => (await testBed.depth(dead)) === 1);
  await application.startActiveSpan('GET /dead', async (span) => {
    const message = await channel.get(dead);
    if (message) await processMessage(message, async () => channel.ack(message));
    span.end();
  });
  const late = await testBed.channel(
    testBed.waybill({ meterProvider: meter.provider, policy: { linkAfter: 0 } }),
  );
  await application.startActiveSpan('POST /parcels', async (span) => {
    await channel.sendToQueue(dead, Buffer.from('six'));
    await channel.waitForConfirms();
    span.end();
  });
  await consume(late, dead, 1, (message) => late.ack(message));
  await until(() => testBed.spans.named(`process ${dead}`).count >= 2);
  await testBed.disconnect();

  const spans = testBed.spans.each.all;
  const text = recordedTables({ spans, metrics: await meter.collect(), scope: '@waybill/amqplib' });
  await meter.shutdown();
  expectWritten({ page: 'docs/brokers/rabbitmq.md', part: 'recorded', command: 'amqplib', text });
});
