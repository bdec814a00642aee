import { describe, expect, it } from '@jest/globals';
import { FakeOutgoing, incoming, publishing, traceparent } from '../test/fake-messages.ts';
import { setUp, type TestBed } from '../test/test-bed.ts';
import type { WaybillPolicy } from './index.ts';

const headers = { traceparent: traceparent() };

async function sendTo(testBed: TestBed, destination: string, queueKey: string = destination): Promise<void> {
  await testBed.instrumenter.publish(publishing([new FakeOutgoing({ destination, queueKey })]));
}

/** What metrics say of destinations, each once. */
async function series(testBed: TestBed, name: string): Promise<unknown[]> {
  const { points } = await testBed.metric(name);
  return points.map(({ attributes, value }) => [
    attributes['messaging.destination.name'],
    attributes['messaging.destination.template'],
    value,
  ]);
}

describe('a rule with a template', () => {
  const policy: WaybillPolicy = { queues: { 'orders.*': { name: 'orders.{id}' } } };

  it('names spans by it, and keeps the name as an attribute', async () => {
    const testBed = setUp({ policy });
    await sendTo(testBed, 'orders.4711');
    testBed.instrumenter.process(
      { messages: [incoming({ headers, destination: 'orders.4712' })], batch: false },
      () => 1,
    );

    expect(testBed.span('send orders.{id}').attributes).toMatchObject({
      'messaging.destination.name': 'orders.4711',
      'messaging.destination.template': 'orders.{id}',
    });
    expect(testBed.span('process orders.{id}').attributes['messaging.destination.name']).toBe('orders.4712');
  });

  it('has one series of each metric for all of them', async () => {
    const testBed = setUp({ policy });
    for (const id of ['1', '2', '3']) await sendTo(testBed, `orders.${id}`);

    expect(await series(testBed, 'messaging.client.sent.messages')).toEqual([[undefined, 'orders.{id}', 3]]);
  });

  it('names receives and settlements by it, too', async () => {
    const testBed = setUp({ policy, receiveSpans: 'always' });
    const queue = { destination: 'orders.1', queueKey: 'orders.1' };
    await testBed.instrumenter.receive({
      ...queue,
      invoke: async () => 1,
      messages: () => [incoming(queue)],
    });
    testBed.instrumenter.settle({ ...queue, operation: 'ack', receipts: [1], batch: false, invoke: () => 1 });

    expect(testBed.spans.map(({ name }) => name)).toEqual(['receive orders.{id}', 'ack orders.{id}']);
  });

  it('counts what was wrong with headers by it', async () => {
    const testBed = setUp({ policy });
    const message = incoming({ headers: { traceparent: 'no' }, destination: 'orders.1' });
    testBed.instrumenter.process({ messages: [message], batch: false }, () => 1);

    expect(await series(testBed, 'waybill.carrier.rejected')).toEqual([[undefined, 'orders.{id}', 1]]);
  });

  it('leaves names that it does not fit', async () => {
    const testBed = setUp({ policy });
    await sendTo(testBed, 'orders.eu.1');

    expect(testBed.span('send orders.eu.1').attributes['messaging.destination.template']).toBeUndefined();
    expect(await series(testBed, 'messaging.client.sent.messages')).toEqual([['orders.eu.1', undefined, 1]]);
  });

  it('stands for a destination that says more than its queue, and for a queue within one', async () => {
    const rules: WaybillPolicy = {
      queues: { shop: { name: 'shop:order.{id}.created' }, 'tmp.*': { name: 'tmp.{id}' } },
    };
    const testBed = setUp({ policy: rules });
    await sendTo(testBed, 'shop:order.4711.created', 'shop');
    await sendTo(testBed, 'shop:created:tmp.4711', 'tmp.4711');

    expect(testBed.spans.map(({ name }) => name)).toEqual([
      'send shop:order.{id}.created',
      'send shop:created:tmp.{id}',
    ]);
    expect(await series(testBed, 'messaging.client.sent.messages')).toEqual([
      ['shop', undefined, 1],
      [undefined, 'tmp.{id}', 1],
    ]);
  });
});

describe('a rule without a template', () => {
  const policy: WaybillPolicy = { queues: { 'orders.*': {} } };

  it('warns once of more than 200 names, and says what to do', async () => {
    const testBed = setUp({ policy });
    for (let id = 1; id <= 200; id++) await sendTo(testBed, `orders.eu-${id}`);
    expect(testBed.warnings).toEqual([]);
    for (let id = 201; id <= 300; id++) await sendTo(testBed, `orders.${id % 2 === 1 ? 'eu' : 'us'}-${id}`);

    expect(testBed.warnings).toEqual([
      expect.stringContaining('More than 200 destinations go by the rule "orders.*"'),
    ]);
    expect(testBed.warnings[0]).toContain('such as name: "orders.eu-{id}"');
  });

  it('has the pattern for all names after that in metrics, and the names of the first 200', async () => {
    const testBed = setUp({ policy });
    for (let id = 1; id <= 300; id++) await sendTo(testBed, `orders.${id}`);
    await sendTo(testBed, 'orders.1');
    await sendTo(testBed, 'bills');

    const points = await series(testBed, 'messaging.client.sent.messages');
    expect(points).toHaveLength(202);
    expect(points).toEqual(
      expect.arrayContaining([
        ['orders.1', undefined, 2],
        ['orders.200', undefined, 1],
        [undefined, 'orders.*', 100],
        ['bills', undefined, 1],
      ]),
    );
    expect(testBed.span('send orders.300').attributes['messaging.destination.name']).toBe('orders.300');
  });

  it('does not take 300 routing keys of one exchange for 300 series', async () => {
    const testBed = setUp({ policy: { queues: { shop: {} } } });
    for (let id = 1; id <= 300; id++) await sendTo(testBed, `shop:order.${id}`, 'shop');

    expect(await series(testBed, 'messaging.client.sent.messages')).toEqual([['shop', undefined, 300]]);
    expect(testBed.warnings).toEqual([expect.stringContaining('such as name: "shop:order.{id}"')]);
  });

  it('says so of the default as well', async () => {
    const testBed = setUp();
    for (let id = 1; id <= 201; id++) await sendTo(testBed, `queue${id}`);

    expect(testBed.warnings).toEqual([expect.stringContaining('go by the rule "(default)"')]);
    expect(await series(testBed, 'messaging.client.sent.messages')).toContainEqual([
      undefined,
      '(default)',
      1,
    ]);
  });
});
