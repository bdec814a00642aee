import { expect, it } from '@jest/globals';
import { brokerNames } from './broker-names.ts';

it('reads names separated by commas', () => {
  expect(brokerNames('sqs, kafka')).toEqual(['sqs', 'kafka']);
});

it('reads no name from an empty text', () => {
  expect(brokerNames('')).toEqual([]);
});

it('says which brokers there are where one is unknown', () => {
  expect(() => brokerNames('sqs,pulsar')).toThrow(
    'no broker is called pulsar; there are kafka, nats, rabbitmq, redis, sqs',
  );
  expect(() => brokerNames('toString')).toThrow('no broker is called toString');
});
