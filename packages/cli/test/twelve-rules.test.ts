import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MemoryBroker, traceMemoryBroker } from '@waybill/testing';
import { runCommand } from './run-command.ts';
import { cases, compareWithRecorded, explain, type Handled, seenBy } from './twelve-rules.ts';

context.setGlobalContextManager(new AsyncLocalStorageContextManager());

const file = join(import.meta.dirname, 'twelve-rules.yaml');

it.each(Object.entries(cases))('explains %s', async (_title, expected) => {
  const { rule, others, destination, publish, consume } = await explain(file, 'memory', expected);

  expect({ rule, destination }).toEqual({
    rule: expected.rule,
    destination: expected.destination ?? expected.queue,
  });
  if (expected.beats) expect(others.map((other) => other.rule)).toEqual(expected.beats);
  expect(publish).toMatchObject(expected.publish ?? {});
  expect(consume).toMatchObject(expected.consume);
});

it.each(Object.entries(cases))('what is recorded is what it explains: %s', async (_title, supposed) => {
  await compareWithRecorded('memory', supposed, async ({ queue, age = 0, attempt = 1 }, waybill, parts) => {
    const { clock, send } = parts;
    const broker = traceMemoryBroker(new MemoryBroker({ clock: () => clock.now }), waybill);
    await send(() => broker.publish(queue, { body: 1 }));
    clock.now += age * 1_000;
    let made = 0;
    let handled: Handled | undefined;
    broker.subscribe(queue, ({ headers }) => {
      made += 1;
      if (made < attempt) throw new Error('again');
      handled = seenBy(Object.keys(headers));
    });
    await broker.idle();
    return handled ?? seenBy([]);
  });
});

it('finds the one of them that never holds', async () => {
  const { code, out } = await runCommand('policy', 'lint', file, '--system', 'memory');

  expect(out).toBe(
    `${file}:7:3: "reports.eu.**" never holds: every queue that it matches goes by "reports.eu.*". Leave one of them out.`,
  );
  expect(code).toBe(1);
});
