import { describe, expect, it } from '@jest/globals';
import { FakeOutgoing, incoming, publishing, traceparent, waybillHeader } from '../../test/fake-messages.ts';
import { type Metric, setUp, type TestBed } from '../../test/test-bed.ts';

const now = 1_700_000_000_000;
const durations = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const orders = { 'messaging.system.name': 'fake', 'messaging.destination.name': 'orders' };

describe('the metrics', () => {
  it.each([
    ['messaging.client.operation.duration', 's', 'Duration of messaging operations of a client.'],
    ['messaging.process.duration', 's', 'Duration of handling a message.'],
    ['messaging.client.sent.messages', '{message}', 'Messages that a producer tried to send.'],
    ['messaging.client.consumed.messages', '{message}', 'Messages that were delivered to the application.'],
    ['waybill.message.age', 's', 'Age of messages when their handling began.'],
    [
      'waybill.carrier.rejected',
      '{header}',
      'Parts of carriers that were malformed, over a limit or dropped.',
    ],
  ])('have the name %s, the unit %s, and a description', async (name, unit, description) => {
    const testBed = setUp({ clock: () => now });
    await testBed.instrumenter.publish(publishing([new FakeOutgoing()]));
    handle(testBed, { headers: { traceparent: traceparent(), waybill: 'no' }, sentAt: now });

    expect(await testBed.metric(name)).toMatchObject({ unit, description });
  });

  it('record the duration of a send in seconds', async () => {
    const testBed = setUp();

    const [least, most] = await timed((invoke) =>
      testBed.instrumenter.publish(publishing([new FakeOutgoing()], { invoke })),
    );

    const { points } = await testBed.metric('messaging.client.operation.duration');
    expect(points).toMatchObject([
      {
        attributes: { ...orders, 'messaging.operation.name': 'send' },
        value: { count: 1, buckets: { boundaries: durations } },
      },
    ]);
    expect(sumOf(points)).toBeGreaterThanOrEqual(least);
    expect(sumOf(points)).toBeLessThanOrEqual(most);
  });

  it('record the duration of a handler in seconds', async () => {
    const testBed = setUp();

    const [least, most] = await timed((handler) =>
      testBed.instrumenter.process({ messages: [incoming()], batch: false }, handler),
    );

    const { points } = await testBed.metric('messaging.process.duration');
    expect(points).toMatchObject([
      {
        attributes: { ...orders, 'messaging.operation.name': 'process' },
        value: { count: 1, buckets: { boundaries: durations } },
      },
    ]);
    expect(sumOf(points)).toBeGreaterThanOrEqual(least);
    expect(sumOf(points)).toBeLessThanOrEqual(most);
    expect((await testBed.metric('messaging.client.operation.duration')).points).toEqual([]);
  });

  it('count the messages of all sends, by destination and outcome', async () => {
    const testBed = setUp();
    const messages = ['orders', 'reports', 'orders', 'orders'].map(
      (destination) => new FakeOutgoing({ destination }),
    );

    await testBed.instrumenter.publish(
      publishing(messages, { outcome: (_result, each) => each(2, undefined, new RangeError('full')) }),
    );

    const sent = { 'messaging.system.name': 'fake', 'messaging.operation.name': 'send' };
    expect((await testBed.metric('messaging.client.sent.messages')).points).toEqual([
      {
        attributes: { ...sent, 'messaging.destination.name': 'orders', 'error.type': 'RangeError' },
        value: 1,
      },
      { attributes: { ...sent, 'messaging.destination.name': 'orders' }, value: 2 },
      { attributes: { ...sent, 'messaging.destination.name': 'reports' }, value: 1 },
    ]);
    expect((await testBed.metric('messaging.client.operation.duration')).points).toMatchObject([
      { attributes: sent },
    ]);
  });

  it('leave out the destination of a call to several', async () => {
    const testBed = setUp();

    await testBed.instrumenter.publish(
      publishing([new FakeOutgoing(), new FakeOutgoing({ destination: 'reports' })]),
    );

    expect((await testBed.metric('messaging.client.operation.duration')).points[0]?.attributes).toEqual({
      'messaging.system.name': 'fake',
      'messaging.operation.name': 'send',
    });
  });

  it('use the queue key, which has few values', async () => {
    const testBed = setUp({ clock: () => now });
    await testBed.instrumenter.publish(
      publishing([new FakeOutgoing({ destination: 'shop:order-4711', queueKey: 'shop' })]),
    );
    handle(testBed, {
      destination: 'shop:order-4711',
      queueKey: 'shop',
      sentAt: now,
      headers: { waybill: 'no' },
    });

    for (const name of [
      'messaging.client.operation.duration',
      'messaging.process.duration',
      'messaging.client.sent.messages',
      'messaging.client.consumed.messages',
      'waybill.message.age',
      'waybill.carrier.rejected',
    ]) {
      const { points } = await testBed.metric(name);
      expect(points.map(({ attributes }) => attributes['messaging.destination.name'])).toEqual(['shop']);
    }
  });

  it('record the age of messages in seconds, by destination and relation, up to a week', async () => {
    const testBed = setUp({ clock: () => now });
    const aged = (age: number): void =>
      handle(testBed, { headers: { traceparent: traceparent(), waybill: waybillHeader(now - age) } });

    for (const age of [500, 1_500, 120_000]) aged(age);
    handle(testBed, { headers: { traceparent: traceparent() } });

    const { points } = await testBed.metric('waybill.message.age');
    const process = { ...orders, 'messaging.operation.name': 'process' };
    expect(points).toMatchObject([
      { attributes: { ...process, 'waybill.relation': 'parent' }, value: { count: 2, sum: 2 } },
      { attributes: { ...process, 'waybill.relation': 'link' }, value: { count: 1, sum: 120 } },
    ]);
    const buckets = points.map(({ value }) => (value as { buckets: { boundaries: number[] } }).buckets);
    expect(buckets.map(({ boundaries }) => [boundaries[0], boundaries.at(-1)])).toEqual(
      Array(2).fill([0.005, 7 * 24 * 3_600]),
    );
  });

  it('count problems of headers, by header and reason', async () => {
    const testBed = setUp({ clock: () => now });
    const broken = { traceparent: 'no', tracestate: 'x', baggage: 'a=1,=,b', waybill: 'no' };
    const wrongState = { traceparent: traceparent(), tracestate: '=' };

    for (const headers of [broken, broken, wrongState]) handle(testBed, { headers });

    const { points } = await testBed.metric('waybill.carrier.rejected');
    expect(points.map(({ attributes, value }) => [Object.values(attributes).sort(), value])).toEqual([
      [['fake', 'malformed', 'orders', 'traceparent'], 2],
      [['baggage', 'dropped', 'fake', 'orders'], 4],
      [['fake', 'malformed', 'orders', 'waybill'], 2],
      [['fake', 'malformed', 'orders', 'tracestate'], 1],
    ]);
  });

  it('count a header that is repeated with different values', async () => {
    const testBed = setUp({ clock: () => now });
    const other = traceparent('f'.repeat(32));

    handle(testBed, { headers: { traceparent: [traceparent(), other] } });
    handle(testBed, {
      headers: { traceparent: traceparent(), waybill: [waybillHeader(now), waybillHeader(now - 1)] },
    });

    const { points } = await testBed.metric('waybill.carrier.rejected');
    expect(points.map(({ attributes, value }) => [Object.values(attributes).sort(), value])).toEqual([
      [['fake', 'orders', 'repeated', 'traceparent'], 1],
      [['fake', 'orders', 'repeated', 'waybill'], 1],
    ]);
  });

  it('count no problem for a message without headers', async () => {
    const testBed = setUp();

    handle(testBed, {});
    handle(testBed, { headers: { traceparent: traceparent(), tracestate: '', baggage: '' } });

    expect((await testBed.metric('waybill.carrier.rejected')).points).toEqual([]);
  });

  it('have the scope of the adapter', async () => {
    const testBed = setUp({}, { adapter: { system: 'aws.sqs' } });

    await testBed.instrumenter.publish(publishing([new FakeOutgoing()]));

    expect((await testBed.metric('messaging.client.sent.messages')).points[0]?.attributes).toMatchObject({
      'messaging.system.name': 'aws.sqs',
    });
  });
});

function handle(testBed: TestBed, init: Parameters<typeof incoming>[0]): void {
  testBed.instrumenter.process({ messages: [incoming(init)], batch: false }, () => undefined);
}

/** Makes a call, and gives how long what it called took and how long it took itself, in s. */
async function timed(call: (inner: () => Promise<void>) => unknown): Promise<[number, number]> {
  let inner = 0;
  const outer = await elapsed(async () => {
    await call(async () => {
      inner = await elapsed(() => new Promise(setImmediate));
    });
  });
  return [inner, outer];
}

async function elapsed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1_000;
}

function sumOf(points: Metric['points']): number {
  return points.reduce((total, { value }) => total + (value as { readonly sum: number }).sum, 0);
}
