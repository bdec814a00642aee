import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { type RecordedSpans, recordSpans } from '@waybill/testing';
import type { GroupJoin, ReceivedMessage, RunConfig } from './kafka-client.ts';
import { traceConsumer } from './trace-consumer.ts';

const now = 1_795_229_089_322;

/** A consumer that handles what it is told to handle. */
class FakeConsumer {
  readonly events = { GROUP_JOIN: 'consumer.group_join' };
  disconnected = 0;
  #config: RunConfig | undefined;
  #joined: ((event: GroupJoin) => void) | undefined;

  on(event: string, listener: (event: GroupJoin) => void): void {
    if (event === this.events.GROUP_JOIN) this.#joined = listener;
  }

  async subscribe(): Promise<void> {}

  async run(config?: RunConfig): Promise<void> {
    this.#config = config;
  }

  async disconnect(): Promise<string> {
    this.disconnected += 1;
    return 'disconnected';
  }

  join(groupId: string, memberAssignment: Record<string, number[]>): void {
    this.#joined?.({ payload: { groupId, memberAssignment } });
  }

  /** Handles records of partition 0 at once. */
  async handleBatch(messages: readonly ReceivedMessage[]): Promise<void> {
    await this.#config?.eachBatch?.({ batch: { topic: 'orders', partition: 0, messages } });
  }

  /** Handles the record at offset 7 of partition 0. */
  async handle(changes: Partial<ReceivedMessage> = {}): Promise<void> {
    const message = { value: 'one', offset: '7', timestamp: `${now}`, ...changes };
    await this.#config?.eachMessage?.({ topic: 'orders', partition: 0, message });
  }
}

describe('a record that is handled again at the same offset', () => {
  it('is the second attempt', async () => {
    const { consumer, spans } = await running();
    await consumer.handle();
    await consumer.handle();
    expect(attempts(spans)).toEqual([undefined, 2]);
    expect(spans.named('process orders').at(1).only.links).toHaveLength(1);
  });

  it('is the second attempt if its client gives no time', async () => {
    const { consumer, spans } = await running();
    for (let times = 0; times < 2; times += 1) await consumer.handle({ timestamp: undefined as never });
    expect(attempts(spans)).toEqual([undefined, 2]);
  });

  it.each<[string, (consumer: FakeConsumer) => unknown, Partial<ReceivedMessage>]>([
    ['with another time', () => undefined, { timestamp: `${now + 1}` }],
    ['after its partition was revoked', (consumer) => consumer.join('shipping', { orders: [1] }), {}],
    ['after the consumer disconnected', (consumer) => consumer.disconnect(), {}],
  ])('is another record %s', async (_, between, changes) => {
    const { consumer, spans } = await running();
    await consumer.handle();
    await between(consumer);
    await consumer.handle(changes);
    expect(attempts(spans)).toEqual([undefined, undefined]);
    spans.each.toHaveLinks(0);
  });

  it('is the second attempt after a rebalance that left the consumer its partition', async () => {
    const { consumer, spans } = await running();
    await consumer.handle();
    consumer.join('shipping', { orders: [0] });
    await consumer.handle();
    expect(attempts(spans)).toEqual([undefined, 2]);
  });

  it('is another record for another consumer of the same topic and group, as of another cluster', async () => {
    const { consumer, spans, waybill } = await running();
    const other = traceConsumer(new FakeConsumer(), waybill);
    await other.run({ eachMessage: async () => undefined });
    other.join('shipping', { orders: [0] });
    await consumer.handle();
    await other.handle();
    expect(attempts(spans)).toEqual([undefined, undefined]);
  });
});

it('handles a batch in a span of its own that tells where it came from', async () => {
  const { consumer, spans } = await running();
  const ids = ['1', '2'].map((digit) => digit.repeat(32));
  await consumer.handleBatch(
    ids.map((id, offset) => ({
      value: 'one',
      offset: `${offset}`,
      timestamp: `${now}`,
      headers: { traceparent: `00-${id}-${'b'.repeat(16)}-01` },
    })),
  );
  const batch = spans.named('process orders').toBeRoot().toHaveKind('CONSUMER');
  expect(batch.only.links.map(({ traceId }) => traceId)).toEqual(ids);
  batch.toHaveAttributes({
    'messaging.batch.message_count': 2,
    'messaging.destination.partition.id': '0',
    'messaging.consumer.group.name': 'shipping',
    'kafka.offset': undefined,
  });
});

it.each(['eachMessage', 'eachBatch'])(
  'runs a client that takes one handler with no other than %s',
  async (name) => {
    const given: unknown[] = [];
    const run = async (config?: RunConfig): Promise<void> => void given.push(config);
    const config = { [name]: async () => undefined, autoCommit: false } as RunConfig;
    await traceConsumer({ run }, createWaybill()).run(config);
    expect(given).toStrictEqual([{ [name]: expect.any(Function), autoCommit: false }]);
  },
);

it('bypasses another instrumentation of run while there is something to record', async () => {
  const waybills = [createWaybill(), createWaybill({ tracerProvider: new TracerProvider() })];
  const wrapped: boolean[] = [];
  for (const waybill of waybills) {
    const consumer = new FakeConsumer();
    const original = consumer.run;
    let throughOther = false;
    const other = async (): Promise<void> => {
      throughOther = true;
    };
    consumer.run = Object.assign(other, { __wrapped: true, __original: original });
    await traceConsumer(consumer, waybill).run({ eachMessage: async () => undefined });
    wrapped.push(throughOther);
  }
  expect(wrapped).toEqual([true, false]);
});

it('disconnects as its client does', async () => {
  const { consumer } = await running();
  expect([await consumer.disconnect(), consumer.disconnected]).toEqual(['disconnected', 1]);
});

it('names the group of its consumer once it has joined it', async () => {
  const { consumer, spans } = await running();
  consumer.join('billing', { orders: [0] });
  await consumer.handle();
  spans.named('process orders').toHaveAttributes({ 'messaging.consumer.group.name': 'billing' });
});

it('traces a consumer that has neither events nor a way to disconnect', async () => {
  const spans = recordSpans();
  const waybill = createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  let given: RunConfig | undefined;
  const bare = {
    subscribe: async () => undefined,
    run: async (config?: RunConfig) => {
      given = config;
    },
  };
  await traceConsumer(bare, waybill).run({ eachMessage: async () => undefined });
  await given?.eachMessage?.({
    topic: 'orders',
    partition: 0,
    message: { value: 'one', offset: '7', timestamp: '' },
  });
  spans.named('process orders').toHaveAttributes({ 'messaging.consumer.group.name': undefined });
});

it('runs without a configuration as its client does', async () => {
  const consumer = traceConsumer(new FakeConsumer(), createWaybill());
  await expect(consumer.run()).resolves.toBeUndefined();
});

interface Running {
  readonly consumer: FakeConsumer;
  readonly spans: RecordedSpans;
  readonly waybill: ReturnType<typeof createWaybill>;
}

/** A traced consumer that has joined its group. */
async function running(): Promise<Running> {
  const spans = recordSpans();
  const waybill = createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  const consumer = traceConsumer(new FakeConsumer(), waybill);
  await consumer.run({ eachMessage: async () => undefined, eachBatch: async () => undefined });
  consumer.join('shipping', { orders: [0] });
  return { consumer, spans, waybill };
}

function attempts(spans: RecordedSpans): unknown[] {
  return spans.named('process orders').all.map(({ attributes }) => attributes['waybill.message.attempt']);
}
