import { describe, expect, it } from '@jest/globals';
import { processMessage } from '@waybill/core';
import { tracedBroker } from '../../test/traced-broker.ts';

const system = { 'messaging.system.name': 'memory' };

describe('metrics', () => {
  it('count sent messages by queue and error', async () => {
    const { broker, metric } = tracedBroker({
      broker: { refuse: ({ body }) => (body === 'bad' ? new RangeError('full') : undefined) },
    });
    await broker.publish('orders', { body: 1 });
    await broker.publish('orders', { body: 'bad' }).catch(() => undefined);
    await broker.publishBatch([
      { queue: 'orders', body: 2 },
      { queue: 'orders', body: 'bad' },
      { queue: 'reports', body: 3 },
    ]);

    const sent = await metric('messaging.client.sent.messages');
    expect(sent?.descriptor).toMatchObject({ unit: '{message}' });
    const send = { ...system, 'messaging.operation.name': 'send' };
    expect(sent?.dataPoints.map(({ value, attributes }) => [value, attributes])).toEqual([
      [2, { ...send, 'messaging.destination.name': 'orders', 'error.type': 'RangeError' }],
      [2, { ...send, 'messaging.destination.name': 'orders' }],
      [1, { ...send, 'messaging.destination.name': 'reports' }],
    ]);
  });

  it('count delivered messages, each delivery once', async () => {
    const { broker, metric } = tracedBroker();
    broker.subscribe('orders', ({ attempt }) => {
      if (attempt === 1) throw new Error('not yet');
    });
    broker.subscribeBatch('batches', (messages) => {
      for (const message of messages) processMessage(message, () => undefined);
    });
    await broker.publish('orders', { body: 1 });
    await broker.publishBatch([1, 2, 3].map((body) => ({ queue: 'batches', body })));
    await broker.publish('pulled', { body: 1 });
    for (const message of await broker.receive('pulled')) processMessage(message, () => undefined);
    await broker.idle();

    const consumed = await metric('messaging.client.consumed.messages');
    expect(consumed?.descriptor).toMatchObject({ unit: '{message}' });
    const by = new Map(
      consumed?.dataPoints.map(({ value, attributes }) => [
        `${String(attributes['messaging.operation.name'])} ${String(attributes['messaging.destination.name'])}`,
        value,
      ]),
    );
    expect(by).toEqual(
      new Map([
        ['process orders', 2],
        ['process batches', 3],
        ['receive pulled', 1],
      ]),
    );
  });

  it('time operations of the client in seconds', async () => {
    const { broker, metric } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    const [message] = await broker.receive('orders');
    await broker.receive('orders');
    await broker.ack(message as never);
    await broker.ack(message as never).catch(() => undefined);

    const duration = await metric('messaging.client.operation.duration');
    expect(duration?.descriptor).toMatchObject({ unit: 's' });
    const orders = { ...system, 'messaging.destination.name': 'orders' };
    expect(duration?.dataPoints.map(({ value, attributes }) => [countOf(value), attributes])).toEqual([
      [1, { ...orders, 'messaging.operation.name': 'send' }],
      [2, { ...orders, 'messaging.operation.name': 'receive' }],
      [1, { ...orders, 'messaging.operation.name': 'ack' }],
      [1, { ...orders, 'messaging.operation.name': 'ack', 'error.type': 'MemoryBrokerError' }],
    ]);
    expect(duration?.dataPoints[0]?.value).toMatchObject({
      buckets: { boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
      sum: expect.any(Number),
    });
  });

  it('time the handling of messages in seconds', async () => {
    const { broker, metric } = tracedBroker({ broker: { maxAttempts: 1 } });
    broker.subscribe('orders', ({ body }) => {
      if (body === 2) throw new RangeError('no stock');
    });
    await broker.publish('orders', { body: 1 });
    await broker.publish('orders', { body: 2 });
    await broker.idle();

    const duration = await metric('messaging.process.duration');
    expect(duration?.descriptor).toMatchObject({ unit: 's' });
    const process = {
      ...system,
      'messaging.operation.name': 'process',
      'messaging.destination.name': 'orders',
    };
    expect(duration?.dataPoints.map(({ value, attributes }) => [countOf(value), attributes])).toEqual([
      [1, process],
      [1, { ...process, 'error.type': 'RangeError' }],
    ]);
  });

  it('record the age of messages in seconds, by relation, each delivery once', async () => {
    const { broker, clock, drain, metric } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    clock.now += 90_000;
    await broker.publish('orders', { body: 2 });
    clock.now += 2_000;
    await drain('orders');
    await broker.publishBatch([1, 2].map((body) => ({ queue: 'batches', body })));
    clock.now += 500;
    broker.subscribeBatch('batches', (messages) => {
      for (const message of messages) processMessage(message, () => undefined);
    });
    await broker.idle();

    const age = await metric('waybill.message.age');
    expect(age?.descriptor).toMatchObject({ unit: 's' });
    const process = { ...system, 'messaging.operation.name': 'process' };
    const orders = { ...process, 'messaging.destination.name': 'orders' };
    expect(
      age?.dataPoints.map(({ value, attributes }) => [
        countOf(value),
        (value as { sum: number }).sum,
        attributes,
      ]),
    ).toEqual([
      [1, 92, { ...orders, 'waybill.relation': 'link' }],
      [1, 2, { ...orders, 'waybill.relation': 'parent' }],
      [2, 1, { ...process, 'messaging.destination.name': 'batches', 'waybill.relation': 'link' }],
    ]);
    expect(age?.dataPoints[0]?.value).toMatchObject({
      buckets: { boundaries: expect.arrayContaining([0.005, 604_800]) },
    });
  });
});

function countOf(value: unknown): number {
  return (value as { count: number }).count;
}
