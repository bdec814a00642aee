import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { until } from '@waybill/brokers';
import type { Channel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { RabbitTestBed } from './rabbit-test-bed.ts';

const total = 10_000;
const prefetch = 50;

/** Counts spans and keeps none of them. */
class Tally {
  readonly started: Record<string, number> = {};
  readonly ended: Record<string, number> = {};

  readonly provider: TracerProvider = new TracerProvider({
    spanProcessors: [
      {
        onStart: ({ name }) => count(this.started, name),
        onEnd: ({ name }) => count(this.ended, name),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
}

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
afterEach(() => testBed.disconnect());

it.each([
  ['a channel', false],
  ['a channel with confirms', true],
])(
  'brings 10,000 messages through %s, published at once and acknowledged out of order, as the bare client does',
  async (_kind, confirms) => {
    const tally = new Tally();
    const waybill = testBed.waybill({ tracerProvider: tally.provider });
    const bareQueue = await testBed.queue();
    const queue = await testBed.queue();
    const open = (): Promise<Channel> =>
      confirms ? testBed.confirmChannel(waybill) : testBed.channel(waybill);
    const openBare = async (): Promise<Channel> => {
      const connection = await testBed.connection();
      return confirms ? connection.createConfirmChannel() : connection.createChannel();
    };

    const bareFlood = await flood(await openBare(), bareQueue);
    const { strangers: _, ...bareDrain } = await drain(await openBare(), bareQueue);

    expect(await flood(await open(), queue)).toEqual(bareFlood);
    expect(await drain(await open(), queue)).toEqual({ ...bareDrain, strangers: 0 });
    await until(async () => (await testBed.depth(queue)) === 0);
    const each = { [`publish ${queue}`]: total, [`process ${queue}`]: total };
    expect([tally.started, tally.ended]).toEqual([each, each]);
  },
  120_000,
);

/** Publishes all messages in one turn, each with a number in its baggage, and tells how the channel held back. */
async function flood(channel: Channel, queue: string): Promise<object> {
  let drained = 0;
  channel.on('drain', () => {
    drained += 1;
  });
  const answers = new Set<boolean>();
  for (let number = 0; number < total; number += 1) {
    const baggage = propagation.createBaggage({ number: { value: `${number}` } });
    context.with(propagation.setBaggage(context.active(), baggage), () => {
      answers.add(channel.sendToQueue(queue, Buffer.from(`${number}`)));
    });
  }
  const atOnce = drained;
  await until(() => drained > 0);
  if ('waitForConfirms' in channel) await (channel as ConfirmChannel).waitForConfirms();
  else await until(async () => (await testBed.depth(queue)) === total);
  return { answers: [...answers], atOnce };
}

/**
 * Takes all messages, acknowledges each fifty of them from the last to the first, and tells what it saw, and how often a handler
 * did not run in the context of its message.
 */
async function drain(channel: Channel, queue: string): Promise<{ strangers: number }> {
  await channel.prefetch(prefetch);
  const order: string[] = [];
  const inHand: ConsumeMessage[] = [];
  let mostInHand = 0;
  let strangers = 0;
  await channel.consume(queue, (message) => {
    if (message === null) return;
    const body = String(message.content);
    order.push(body);
    inHand.push(message);
    mostInHand = Math.max(mostInHand, inHand.length);
    const carriesOther = (): boolean => propagation.getActiveBaggage()?.getEntry('number')?.value !== body;
    strangers += Number(carriesOther());
    setImmediate(() => {
      strangers += Number(carriesOther());
      if (inHand.length < prefetch && order.length < total) return;
      for (const last of inHand.splice(0).reverse()) channel.ack(last);
    });
  });
  await until(() => order.length === total && inHand.length === 0, 100_000);
  const inOrder = order.every((body, index) => body === `${index}`);
  const seen = { inOrder, count: order.length, mostInHand };
  return { ...seen, strangers };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
