import { describe, expect, it } from '@jest/globals';
import { queueOf, queueOfArn } from './queue.ts';

describe('the queue of a request', () => {
  it.each([
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/orders', 'orders'],
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/orders/', 'orders'],
    ['https://queue.amazonaws.com/123456789012/orders', 'orders'],
    ['http://localhost:9324/queue/orders', 'orders'],
    ['http://localhost:4566/queue/us-east-1/000000000000/orders', 'orders'],
    ['http://orders.localhost:4566/orders?Version=2012-11-05#', 'orders'],
    ['orders', 'orders'],
    ['/', '/'],
  ])('%s is called %s', (QueueUrl, name) => {
    expect(queueOf({ QueueUrl })).toEqual({ url: QueueUrl, name, fifo: false });
  });

  it('keeps the order of a group if its name ends in .fifo', () => {
    const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo';
    expect(queueOf({ QueueUrl })).toMatchObject({ name: 'orders.fifo', fifo: true });
  });

  it.each([[undefined], [''], [5], [null]])('is not known from %s', (QueueUrl) => {
    expect(queueOf({ QueueUrl })).toBeUndefined();
  });
});

describe('the queue of an ARN', () => {
  it.each([
    ['arn:aws:sqs:eu-west-1:123456789012:orders', 'orders'],
    ['arn:aws:sqs::orders', 'orders'],
    ['orders', 'orders'],
    [':', ':'],
  ])('%s is called %s', (arn, name) => {
    expect(queueOfArn(arn)).toMatchObject({ name, fifo: false });
  });
});
