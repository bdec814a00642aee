const { SQSClient } = require('@aws-sdk/client-sqs');
const { Kafka } = require('kafkajs');

it.each([
  ['an SQSClient', () => new SQSClient()],
  ['a producer', () => new Kafka({ brokers: ['none:9092'] }).producer()],
])('traces %s', (_, make) => {
  expect(Symbol.for('waybill.traced') in make()).toBe(true);
});
