import { afterAll, beforeAll, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { until } from '@waybill/brokers';
import { expectWritten, RecordedMeter, recordedTables } from '@waybill/reference';
import { processMessage, traceConsumer, traceProducer } from '../src/index.ts';
import { KafkaTestBed } from './kafka-test-bed.ts';

let testBed: KafkaTestBed;
beforeAll(async () => {
  testBed = await KafkaTestBed.open();
});
afterAll(() => testBed.close());

it('docs/brokers/kafka.md says what is recorded', async () => {
  const meter = new RecordedMeter();
  const [topic, other] = [await testBed.topic(), await testBed.topic()];
  const waybill = testBed.waybill({ meterProvider: meter.provider });
  const producer = traceProducer(await testBed.bareProducer(), waybill, { recordKeys: true });
  await trace.getTracer('application').startActiveSpan('POST /orders', async (span) => {
    await producer.send({ topic, messages: [{ key: 'o-1', value: 'one' }] });
    await producer.send({ topic, messages: [{ value: 'two', partition: 0 }, { value: null }] });
    await producer.sendBatch({
      topicMessages: [topic, other].map((name) => ({ topic: name, messages: [{ value: 'three' }] })),
    });
    span.end();
  });
  await producer.send({ topic: other, messages: [{ value: 'four' }] });
  await producer.send({ topic: '', messages: [{ value: 'five' }] }).catch(() => undefined);
  const foreign = {
    traceparent: 'none',
    '__connect.errors.topic': 'parcels',
    '__connect.errors.exception.class.name': 'DataException',
  };
  await (await testBed.bareProducer()).send({ topic, messages: [{ value: 'six', headers: foreign }] });

  let isFirst = true;
  let handled = 0;
  const one = traceConsumer(
    await testBed.bareConsumer({ retry: { initialRetryTime: 10, retries: 5 } }),
    waybill,
    { recordKeys: true },
  );
  await one.subscribe({ topic, fromBeginning: true });
  await one.run({
    eachMessage: async () => {
      if (isFirst) {
        isFirst = false;
        throw new Error('no stock');
      }
      handled += 1;
    },
  });
  await until(() => handled >= 5);
  const late = testBed.waybill({ meterProvider: meter.provider, policy: { linkAfter: 0 } });
  const several = await testBed.consumer(late);
  await several.subscribe({ topic, fromBeginning: true });
  await several.run({
    eachBatch: async ({ batch }) => {
      for (const message of batch.messages) await processMessage(message, () => (handled += 1));
    },
  });
  await until(() => handled >= 10);
  await testBed.disconnect();

  const spans = testBed.spans.each.all;
  const text = recordedTables({ spans, metrics: await meter.collect(), scope: '@waybill/kafkajs' });
  await meter.shutdown();
  expectWritten({ page: 'docs/brokers/kafka.md', part: 'recorded', command: 'kafkajs', text });
});
