import { SQSClient } from '@aws-sdk/client-sqs';
import { Kafka } from 'kafkajs';

it.each([
  ['an SQSClient', () => new SQSClient()],
  ['a producer', () => new Kafka({ brokers: ['none:9092'] }).producer()],
])('traces %s', (_, make) => {
  expect(Symbol.for('waybill.traced') in make()).toBe(true);
});
