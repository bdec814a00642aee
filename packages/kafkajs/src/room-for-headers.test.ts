import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, DiagLogLevel, diag, propagation } from '@opentelemetry/api';
import { createWaybill, type Waybill, WaybillError, type WaybillPolicy } from '@waybill/core';
import { startTestTelemetry } from '@waybill/testing';
import type { Message } from 'kafkajs';
import type { KafkaConsumer, RunConfig } from './kafka-client.ts';
import type { KafkaProducerOptions } from './kafka-tracing-options.ts';
import { batchBytes, recordsBytes } from './record-size.ts';
import { traceConsumer } from './trace-consumer.ts';
import { traceProducer } from './trace-producer.ts';

/** The texts of `diag` are the same once a topic only. */
let topic: string;
let topics = 0;
const traceparentBytes = 68;
const waybillBytes = 75;

const telemetry = await startTestTelemetry({ metrics: true });
afterAll(() => telemetry.shutdown());

/** A client that refuses what is larger than it takes, as a broker does, and keeps the rest. */
class FakeProducer {
  readonly stored: Message[] = [];
  readonly isActive?: () => boolean;
  calls = 0;
  #takes: number;
  #error: object;

  constructor(takes: number, error: object = { code: 10 }, transacting?: boolean) {
    this.#takes = takes;
    this.#error = Object.assign(new Error('too large'), error);
    if (transacting !== undefined) this.isActive = () => transacting;
  }

  async send({ messages }: { topic: string; messages: Message[] }): Promise<unknown> {
    this.calls += 1;
    if (batchBytes + recordsBytes(messages) > this.#takes) throw this.#error;
    this.stored.push(...messages);
    return [];
  }

  async sendBatch(batch: { topicMessages: { topic: string; messages: Message[] }[] }): Promise<unknown> {
    for (const record of batch.topicMessages) await this.send(record);
    return [];
  }
}

let warnings: string[];
beforeEach(() => {
  topics += 1;
  topic = `orders-${topics}`;
  warnings = [];
  const ignore = (): void => undefined;
  const logger = { error: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger({ ...logger, warn: (...parts) => warnings.push(parts.join(' ')) }, DiagLogLevel.WARN);
});
afterEach(async () => {
  diag.disable();
  await telemetry.reset();
});

describe('the messages of a call to one topic', () => {
  // A tenth of the limit of a broker, and of the messages that it takes.
  const small: KafkaProducerOptions = { maxMessageBytes: 100_000 };

  it('all have everything while there is room', async () => {
    const { producer, bare, rejected } = setUp(100_000, small);
    await withBaggage(100, () => producer.send({ topic, messages: many(100, 100) }));
    expect(counted(bare.stored)).toEqual({ traceparent: 100, waybill: 100, baggage: 100 });
    expect(await rejected()).toEqual({});
  });

  it('lose their baggage first, starting with the last ones', async () => {
    const { producer, bare, rejected } = setUp(100_000, small);
    await withBaggage(1_000, () => producer.send({ topic, messages: many(100, 100) }));
    const { baggage = 0, ...others } = counted(bare.stored);
    expect(others).toEqual({ traceparent: 100, waybill: 100 });
    expect(baggage).toBeGreaterThan(65);
    expect(baggage).toBeLessThan(80);
    expect(bare.stored.slice(0, baggage).every(({ headers }) => headers?.baggage !== undefined)).toBe(true);
    expect(await rejected()).toEqual({ 'baggage limit': 100 - baggage });
  });

  it('lose the waybill before any loses its traceparent', async () => {
    const { producer, bare, rejected } = setUp(100_000, small);
    await withBaggage(100, () => producer.send({ topic, messages: many(500, 100) }));
    const { traceparent, waybill = 0, baggage } = counted(bare.stored);
    expect([traceparent, baggage]).toEqual([500, undefined]);
    expect(waybill).toBeGreaterThan(50);
    expect(waybill).toBeLessThan(500);
    expect(await rejected()).toEqual({ 'waybill limit': 500 - waybill, 'baggage limit': 500 });
  });

  it('lose even traceparents rather than be refused', async () => {
    const { producer, bare, rejected } = setUp(1_048_588);
    await producer.send({ topic, messages: many(6_000, 100) });
    const { traceparent = 0, ...others } = counted(bare.stored);
    expect([bare.stored.length, bare.calls, others]).toEqual([6_000, 1, {}]);
    expect(traceparent).toBeGreaterThan(5_400);
    expect(await rejected()).toEqual({ 'traceparent limit': 6_000 - traceparent, 'waybill limit': 6_000 });
  });

  it('are sent bare, as the same objects, if they are already too large for a batch', async () => {
    const { producer, bare } = setUp(Number.POSITIVE_INFINITY, small);
    const messages = many(1_100, 100);
    await producer.send({ topic, messages });
    expect(bare.stored).toEqual(messages);
    expect(bare.stored[0]).toBe(messages[0]);
  });

  it('share their room with those of the same topic that come later in the call', async () => {
    const { producer, bare } = setUp(Number.POSITIVE_INFINITY, small);
    const messages = many(290, 100);
    await producer.sendBatch({
      topicMessages: [
        { topic, messages },
        { topic: 'bills', messages },
      ],
    });
    expect(counted(bare.stored)).toEqual({ traceparent: 580, waybill: 580 });
    bare.stored.length = 0;
    await producer.sendBatch({
      topicMessages: [
        { topic, messages },
        { topic, messages },
      ],
    });
    const { traceparent, waybill } = counted(bare.stored);
    expect(traceparent).toBeGreaterThan(500);
    expect([waybill, batchBytes + recordsBytes(bare.stored) <= 100_000]).toEqual([undefined, true]);
  });

  it('have as much room as the option says', async () => {
    const { producer, bare } = setUp(200_000, { maxMessageBytes: 200_000 });
    await producer.send({ topic, messages: many(600, 100) });
    expect(counted(bare.stored)).toEqual({ traceparent: 600, waybill: 600 });
  });

  it('that are forwarded may use the room of the replaced headers', async () => {
    const old = { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, waybill: 'x'.repeat(80) };
    const messages = many(400, 100).map((message) => ({ ...message, headers: old }));
    const { producer, bare } = setUp(1_048_588, { maxMessageBytes: batchBytes + recordsBytes(messages) });
    await producer.send({ topic, messages });
    const { traceparent, waybill = 0 } = counted(
      bare.stored.filter(({ headers }) => headers?.waybill !== old.waybill),
    );
    expect(traceparent).toBe(400);
    expect(waybill).toBeGreaterThan(380);
  });

  it('leave a forwarded one no more room than its own headers had', async () => {
    const old = { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, waybill: 'x'.repeat(80) };
    const messages = many(10, 1_000).map((message, index) =>
      index === 0 ? { ...message, headers: old } : message,
    );
    const maxMessageBytes = batchBytes + recordsBytes(messages) - 100;
    const { producer, bare } = setUp(maxMessageBytes, { maxMessageBytes });
    await producer.send({ topic, messages });
    expect(counted(bare.stored)).toEqual({});
  });

  it('have room to the last byte if their topic comes twice', async () => {
    const messages = many(2, 5_000);
    const room = 4 * (traceparentBytes + 2 + waybillBytes + 2);
    const maxMessageBytes = batchBytes + recordsBytes([...messages, ...messages]) + room;
    const { producer, bare } = setUp(1_048_588, { maxMessageBytes });
    await producer.sendBatch({
      topicMessages: [
        { topic, messages },
        { topic, messages },
      ],
    });
    expect(counted(bare.stored)).toEqual({ traceparent: 4, waybill: 4 });
  });

  it('keep all headers of middleware', async () => {
    const { producer, bare, waybill } = setUp(100_000, small);
    waybill.use({
      publish(call, next) {
        for (const message of call.messages) expect(message.headers.set('x-tenant', 'acme')).toBeUndefined();
        return next();
      },
    });
    await producer.send({ topic, messages: many(760, 100) });
    expect(counted(bare.stored)).toEqual({ 'x-tenant': 760, traceparent: expect.any(Number) });
  });
});

describe('one message', () => {
  const bytes = batchBytes + recordsBytes(many(1, 9_850));

  it.each([
    [
      'just fits with everything',
      bytes + traceparentBytes + 2 + waybillBytes + 2,
      ['traceparent', 'waybill'],
    ],
    ['has no room for the waybill', bytes + traceparentBytes + 2 + waybillBytes + 1, ['traceparent']],
    ['just fits with a traceparent', bytes + traceparentBytes + 2, ['traceparent']],
    ['has no room for a traceparent', bytes + traceparentBytes + 1, []],
    ['is too large as it is', bytes - 1, []],
  ])('that %s has what fits', async (_what, maxMessageBytes, names) => {
    const { producer, bare } = setUp(Number.POSITIVE_INFINITY, { maxMessageBytes });
    await producer.send({ topic, messages: many(1, 9_850) });
    expect(Object.keys(counted(bare.stored))).toEqual(names);
  });

  it('gets no less important header once one was left out', async () => {
    const { producer, bare } = setUp(Number.POSITIVE_INFINITY, {
      maxMessageBytes: bytes + traceparentBytes + 2 + 60,
    });
    await withBaggage(10, () => producer.send({ topic, messages: many(1, 9_850) }));
    expect(Object.keys(counted(bare.stored))).toEqual(['traceparent']);
  });

  it.each([10, 18])('that is refused with code %s is sent once more without our headers', async (code) => {
    const { producer, bare, rejected } = setUp(10_000, {}, { code });
    const message = { key: 'k', value: 'x'.repeat(9_800), headers: { color: 'red' } };
    await withBaggage(100, () => producer.send({ topic, messages: [message] }));
    expect([bare.calls, bare.stored]).toEqual([2, [message]]);
    expect(await rejected()).toEqual({ 'traceparent limit': 1, 'waybill limit': 1, 'baggage limit': 1 });
    expect(warnings).toEqual([expect.stringContaining('maxMessageBytes')]);
  });

  it('that is refused in a batch is sent once more, too', async () => {
    const { producer, bare } = setUp(10_000);
    await producer.sendBatch({ topicMessages: [{ topic, messages: many(1, 9_850) }] });
    expect([bare.calls, bare.stored]).toEqual([
      2,
      [expect.not.objectContaining({ headers: expect.anything() })],
    ]);
  });

  it('keeps what its sender and middleware wrote when it is sent once more', async () => {
    const { producer, bare, waybill } = setUp(10_000);
    waybill.use({
      publish(call, next) {
        for (const message of call.messages) message.headers.set('x-tenant', 'acme');
        return next();
      },
    });
    const created = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const headers = { Traceparent: created, color: 'red' };
    await producer.send({ topic, messages: [{ value: 'x'.repeat(9_800), headers }] });
    expect([bare.calls, bare.stored.map((message) => message.headers)]).toEqual([
      2,
      [{ ...headers, 'x-tenant': 'acme' }],
    ]);
  });

  it('has the headers of its sender that were replaced when it is sent once more, and only ours are counted', async () => {
    const { producer, bare, rejected } = setUp(10_000);
    const headers = { Traceparent: 'broken', color: 'red' };
    const created = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    await producer.send({ topic, messages: [{ value: 'x'.repeat(9_850), headers }] });
    expect(await rejected()).toEqual({ 'traceparent limit': 1, 'waybill limit': 1 });
    await producer.send({
      topic,
      messages: [{ value: 'x'.repeat(9_800), headers: { traceparent: created, color: 'red' } }],
    });
    expect(bare.stored.map((message) => message.headers)).toEqual([
      headers,
      { traceparent: created, color: 'red' },
    ]);
    expect(await rejected()).toEqual({ 'traceparent limit': 1, 'waybill limit': 2 });
  });

  it('does not get the baggage of an untrusted sender back when it is sent once more', async () => {
    const policy = { queues: { foreign: { trust: 'untrusted' } } } as const;
    const { producer, bare, waybill } = setUp(10_000, {}, undefined, undefined, policy);
    const runs: (RunConfig | undefined)[] = [];
    const client: KafkaConsumer<RunConfig> = {
      run: async (config) => {
        runs.push(config);
      },
    };
    await traceConsumer(client, waybill).run({
      eachMessage: async ({ message: { headers } }) => {
        const value = 'x'.repeat(9_800);
        await producer.send({
          topic,
          messages: [{ value, headers: headers as Message['headers'] & object }],
        });
      },
    });
    for (const others of [{}, { color: 'red' }]) {
      const headers = { Baggage: 'user.id=7', ...others };
      const message = { key: null, value: null, timestamp: '0', offset: '1', headers };
      await runs[0]?.eachMessage?.({ topic: 'foreign', partition: 0, message } as never);
    }
    expect([bare.calls, bare.stored.map(({ headers }) => headers)]).toEqual([4, [{}, { color: 'red' }]]);
  });

  it('that is too large without our headers gets the error of the client', async () => {
    const { producer, bare } = setUp(9_000);
    await expect(producer.send({ topic, messages: many(1, 9_850) })).rejects.toMatchObject({
      message: 'too large',
      code: 10,
    });
    expect([bare.calls, bare.stored]).toEqual([2, []]);
  });
});

describe('never sent twice is', () => {
  it.each<[string, FakeProducer, Message[]]>([
    ['a message in a transaction', new FakeProducer(10_000, { code: 10 }, true), many(1, 9_850)],
    ['one of several messages', new FakeProducer(10_000), many(2, 4_900)],
  ])('%s: the error is that of the client, and the option is named', async (_what, bare, messages) => {
    const { producer } = setUp(0, {}, {}, bare);
    await expect(producer.send({ topic, messages })).rejects.toMatchObject({
      message: 'too large',
      code: 10,
    });
    expect(bare.calls).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('maxMessageBytes')]);
  });

  it('a message that failed for another reason', async () => {
    const { producer, bare } = setUp(0, {}, { code: 7 });
    await expect(producer.send({ topic, messages: many(1, 10) })).rejects.toMatchObject({ code: 7 });
    expect([bare.calls, warnings]).toEqual([1, []]);
  });

  it('a message that carries nothing of ours', async () => {
    const { producer, bare } = setUp(9_000, { maxMessageBytes: 9_000 });
    await expect(producer.send({ topic, messages: many(1, 9_850) })).rejects.toMatchObject({ code: 10 });
    expect([bare.calls, warnings]).toEqual([1, []]);
  });
});

it('sends a message after a transaction once', async () => {
  const bare = new FakeProducer(10_000, { code: 10 }, false);
  const { producer } = setUp(0, {}, {}, bare);
  await producer.send({ topic, messages: many(1, 9_850) });
  expect([bare.calls, bare.stored]).toEqual([
    2,
    [expect.not.objectContaining({ headers: expect.anything() })],
  ]);
});

it('traces a batch once if its client sends it topic by topic', async () => {
  const { producer, bare } = setUp(10_000);
  await producer.sendBatch({ topicMessages: ['a', 'b'].map((of) => ({ topic: of, messages: many(1, 10) })) });
  const waybills = bare.stored.map(({ headers }) => String(headers?.waybill).split('-')[3]);
  const traceparents = bare.stored.map(({ headers }) => String(headers?.traceparent).split('-')[2]);
  expect(waybills).toEqual(traceparents);
});

it.each([0, -1, Number.NaN, '1MB', null])('refuses a limit of %p', (maxMessageBytes) => {
  const bare = new FakeProducer(0);
  const options = { maxMessageBytes: maxMessageBytes as number };
  expect(() => traceProducer(bare, createWaybill(), options)).toThrow(WaybillError);
  expect(() => traceProducer(bare, createWaybill(), options)).toThrow(
    /traceProducer.*maxMessageBytes.*bytes/s,
  );
  expect(Object.keys(bare)).not.toContain('send');
});

interface SetUp {
  readonly waybill: Waybill;
  readonly bare: FakeProducer;
  readonly producer: FakeProducer;
  rejected(): Promise<Record<string, unknown>>;
}

/** A traced producer of a broker that takes so many bytes at once. */
function setUp(
  takes: number,
  options: KafkaProducerOptions = {},
  error: object = { code: 10 },
  bare: FakeProducer = new FakeProducer(takes, error),
  policy: WaybillPolicy = {},
): SetUp {
  const waybill = createWaybill({ policy });
  return {
    waybill,
    bare,
    producer: traceProducer(bare, waybill, options),
    async rejected() {
      const metrics = await telemetry.metrics();
      const points = metrics.find(({ name }) => name === 'waybill.carrier.rejected')?.points;
      return Object.fromEntries(
        (points ?? []).map(({ attributes, value }) => [
          `${attributes['waybill.carrier.header']} ${attributes['waybill.carrier.reason']}`,
          value,
        ]),
      );
    },
  };
}

function many(count: number, bytes: number): Message[] {
  return Array.from({ length: count }, () => ({ value: 'x'.repeat(bytes) }));
}

function withBaggage<R>(bytes: number, run: () => R): R {
  const baggage = propagation.createBaggage({ note: { value: 'x'.repeat(bytes) } });
  return context.with(propagation.setBaggage(context.active(), baggage), run);
}

/** How many messages have a header, by its name. */
function counted(messages: readonly Message[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { headers } of messages) {
    for (const name of Object.keys(headers ?? {})) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
