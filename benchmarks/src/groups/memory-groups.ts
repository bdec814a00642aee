import { setTimeout as wait } from 'node:timers/promises';
import { NoopSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Client } from '../clients/client.ts';
import { amqplib, clients } from '../clients/index.ts';
import { recordMessageSpans } from '../clients/record-message-spans.ts';
import { openStandIn, type Variant } from '../clients/variant.ts';
import type { Group } from '../group.ts';
import type { Step } from '../measure/run-by-turns.ts';
import { batchedAndDropped, enterMode } from '../mode.ts';

/** The heap after many messages over that after a tenth of them: nothing may pile up. */
export function heapGroup(client: Client, messages: number): Group {
  const name = `${client.name}/heap-after-${messages}-over-${messages / 10}`;
  return {
    name,
    processes: 1,
    async measure() {
      const open = await enterAlone(client);
      const step = await open({ by: 'waybill' });
      for (let count = 0; count < messages / 10; count++) await step();
      const early = await heapWith(step);
      for (let count = messages / 10; count < messages; count++) await step();
      return { early: { MB: [early / 1e6] }, late: { MB: [(await heapWith(step)) / 1e6] } };
    },
    rows: [
      {
        name,
        unit: 'MB',
        compare: (figure) => ({ ours: figure('late', 'MB'), theirs: figure('early', 'MB') }),
      },
    ],
  };
}

/**
 * What one delivery of RabbitMQ holds until it is acknowledged, with its recorded span. Others are acknowledged before, so that
 * code and caches are not counted.
 */
export function openDeliveriesGroup(): Group {
  const name = 'amqplib/open-delivery-over-1500-bytes';
  const deliveries = 10_000;
  return {
    name,
    processes: 1,
    async measure() {
      const open = await enterAlone(amqplib);
      const acknowledged = await open({ by: 'waybill' });
      for (let count = 0; count < deliveries; count++) await acknowledged();
      const step = await open({ by: 'waybill', traffic: { unsettled: true } });
      const before = await heapWith(step);
      for (let count = 0; count < deliveries; count++) await step();
      return { waybill: { bytes: [((await heapWith(step)) - before) / deliveries] } };
    },
    rows: [
      { name, unit: 'bytes', compare: (figure) => ({ ours: figure('waybill', 'bytes'), theirs: 1_500 }) },
    ],
  };
}

/**
 * The resident memory of workers that process 500 messages a second, with a batch processor and metrics, over that of workers
 * that are traced by hand.
 */
export function workerGroup(seconds: number): Group {
  const variants = ['waybill', 'hand-written'] as const;
  return {
    name: 'worker-memory',
    processes: 1,
    apart: clients.flatMap(({ name }) => variants.map((by) => `${name} ${by}`)),
    async measure(variant = '') {
      const client = clients.find(({ name }) => variant.startsWith(name));
      const by = variants.find((other) => variant.endsWith(other));
      if (client === undefined || by === undefined) throw new Error(`There is no worker ${variant}.`);
      const open = await enterAlone(client, batchedAndDropped());
      const step = await open({ by });
      for (let tenth = 0; tenth < seconds * 10; tenth++) {
        for (let count = 0; count < 50; count++) await step();
        await wait(100);
      }
      return { [variant]: { MB: [process.memoryUsage().rss / 1e6] } };
    },
    rows: clients.map(({ name }) => ({
      name: `${name}/worker-memory-over-hand-written`,
      unit: 'MB',
      compare: (figure) => ({
        ours: figure(`${name} waybill`, 'MB'),
        theirs: figure(`${name} hand-written`, 'MB'),
      }),
    })),
  };
}

/** Sets up spans and metrics, and returns what opens variants of the client. */
async function enterAlone(
  client: Client,
  spanProcessor: SpanProcessor = new NoopSpanProcessor(),
): Promise<(variant: Variant) => Promise<Step>> {
  const spans = await recordMessageSpans(client);
  enterMode({ tracing: 'recorded', metrics: true }, spanProcessor);
  return (variant) => openStandIn(client, variant, spans);
}

/** The bytes of the heap, with all that a step holds. */
async function heapWith(step: Step): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Run with --expose-gc.');
  for (let round = 0; round < 4; round++) globalThis.gc();
  const { heapUsed } = process.memoryUsage();
  // Without another use it could be collected, too.
  await step();
  return heapUsed;
}
