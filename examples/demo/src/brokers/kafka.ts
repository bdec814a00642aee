import { createTopics, startBroker } from '@waybill/brokers';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import type { StartBroker } from '../demo-broker.ts';

/** The demo on Kafka: kafkajs as an application uses it. Waybill is in two of its lines. */
export const startKafka: StartBroker = async (waybill, queues) => {
  const server = await startBroker('kafka');
  const kafka = new Kafka({ brokers: server.url.split(','), logLevel: logLevel.NOTHING });
  const producer = traceProducer(kafka.producer(), waybill);
  await producer.connect();

  const admin = kafka.admin();
  await admin.connect();
  await createTopics(
    admin,
    queues.map((queue) => ({ topic: queue })),
  );
  await admin.disconnect();

  return {
    title: 'Apache Kafka: kafkajs, with a broker in a container',
    async send(queue, body) {
      await producer.send({ topic: queue, messages: [{ value: body }] });
    },
    async startWorker(queue, handle) {
      const consumer = traceConsumer(kafka.consumer({ groupId: `${queue}-workers` }), waybill);
      const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
      await consumer.connect();
      await consumer.subscribe({ topics: [queue], fromBeginning: true });
      await consumer.run({ eachMessage: ({ message }) => handle(String(message.value)) });
      await joined;
      return { stop: () => consumer.disconnect() };
    },
    async stop() {
      await producer.disconnect();
      await server.stop();
    },
  };
};
