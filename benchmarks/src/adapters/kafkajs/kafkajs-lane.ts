import { randomUUID } from 'node:crypto';
import { createWaybill } from '@waybill/core';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { Arrivals } from '../arrivals.ts';
import type { OpenLane } from '../lane.ts';

/** A topic of its own, read by a group of its own. */
export const openKafkajsLane: OpenLane = async (url, traced) => {
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
  const arrivals = new Arrivals();
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => arrivals.tell(String(message.value)) });
  return {
    async trip() {
      const id = randomUUID();
      const handled = arrivals.of(id);
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
};
