// A program: the producer or the consumer of one run.
import { setImmediate, setTimeout } from 'node:timers/promises';
import { createWaybill } from '@waybill/core';
import { Counter, kindOf } from '../comparison/tally.ts';
import { faultNamed } from '../faults/index.ts';
import { Journal } from '../journal.ts';
import { loadClient } from '../load-client.ts';
import { OddCode } from './odd-code.ts';
import { publishAll } from './publish-all.ts';
import type { Message, Order, Task } from './task.ts';
import { Telemetry } from './telemetry.ts';

const task: Task = JSON.parse(process.argv[2] ?? '{}');
const client = await loadClient(task.client);
const fault = faultNamed(task.fault);
const errors = new Counter();
const unhandled = new Counter();
process.on('unhandledRejection', (reason) => unhandled.add(kindOf(reason)));
process.on('uncaughtException', (error) => unhandled.add(kindOf(error)));
// Without a parent there is no receiver for the report.
process.on('disconnect', () => process.exit());

const telemetry = task.traced ? new Telemetry(fault.exporting?.(task.collectors)) : undefined;
const waybill = task.traced ? createWaybill() : undefined;
const odd = new OddCode(fault.odd, task.messages);
if (waybill !== undefined) odd.install(waybill, client);

const setup = {
  url: task.url,
  queue: task.queue,
  waybill,
  onError: (error: unknown) => errors.add(`reported: ${kindOf(error)}`),
};
const connected = task.role === 'producer' ? await startProducer() : await startConsumer();
const heapBefore = heapUsed();
process.on('message', (order: Order) => {
  if (order === 'go') void connected.go();
  if (order === 'strike') fault.strikeInside?.(telemetry);
  if (order === 'finish') void finish();
});
tell({ is: 'ready' });

async function startProducer(): Promise<{ go(): unknown; close(): Promise<unknown> }> {
  const producer = await client.produce(setup);
  return {
    async go() {
      tell({ is: 'published', accepted: await publishAll(producer, task, odd, errors) });
    },
    close: () => producer.close(),
  };
}

async function startConsumer(): Promise<{ go(): unknown; close(): Promise<unknown> }> {
  const journal = new Journal(task.journal);
  const consumer = await client.consume(setup, (message) =>
    odd.handle(message, waybill !== undefined, async () => {
      journal.write(message);
      await setImmediate();
    }),
  );
  return { go: () => undefined, close: () => consumer.close() };
}

async function finish(): Promise<void> {
  const closing = connected.close().then(
    () => undefined,
    (error: unknown) => errors.add(`close: ${kindOf(error)}`),
  );
  const late = setTimeout(15_000, 'late', { ref: false });
  if ((await Promise.race([closing, late])) === 'late') errors.add('close: no answer within 15 s');
  // Spans that a callback of the client ends take a moment longer.
  for (let turn = 0; turn < 20 && Object.keys(telemetry?.open() ?? {}).length > 0; turn++)
    await setTimeout(50);
  tell({
    is: 'finished',
    report: {
      errors: errors.tally(),
      unhandled: unhandled.tally(),
      openSpans: telemetry?.open() ?? {},
      spans: telemetry?.ended ?? 0,
      heapGrowth: heapUsed() - heapBefore,
    },
  });
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function tell(message: Message): void {
  process.send?.(message, () => message.is === 'finished' && process.exit());
}
