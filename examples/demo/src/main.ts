import { parseArgs } from 'node:util';
import { createWaybill } from '@waybill/core';
import { brokenPromises } from './broken-promises.ts';
import type { StartBroker } from './demo-broker.ts';
import { drawJourneys } from './draw-journeys.ts';
import { inkFor } from './ink.ts';
import { startOpenTelemetry } from './open-telemetry.ts';
import { outcomesOf } from './outcome.ts';
import { policy } from './policy.ts';
import { playStory } from './story.ts';

const brokers: Readonly<Record<string, () => Promise<StartBroker>>> = {
  sqs: async () => (await import('./brokers/sqs.ts')).startSqs,
  kafka: async () => (await import('./brokers/kafka.ts')).startKafka,
  rabbitmq: async () => (await import('./brokers/rabbitmq.ts')).startRabbitmq,
  bullmq: async () => (await import('./brokers/bullmq.ts')).startBullmq,
};
const usage = `Usage: pnpm demo [${Object.keys(brokers).join('|')}] [--json] [--otlp URL|FILE]`;

process.exitCode = await main();

async function main(): Promise<number> {
  const choice = choose();
  if (typeof choice === 'string') {
    console.error(`${choice}\n${usage}`);
    return 2;
  }
  const say = choice.json ? () => undefined : (line: string) => console.log(line);
  const telemetry = startOpenTelemetry(choice.otlp);
  const waybill = createWaybill({ policy });
  const start = await choice.load();
  const broker = await start(waybill, ['orders', 'invoices']);
  say(`${broker.title}\n`);
  const story = await playStory(broker, (line) => say(`  ${line}`)).finally(() => broker.stop());

  const spans = telemetry.spans();
  const outcomes = outcomesOf(story, spans);
  const broken = brokenPromises(story.orders, outcomes, spans);
  if (choice.json)
    console.log(JSON.stringify({ messages: outcomes.map(({ facts }) => factsForPrograms(facts)) }, null, 2));
  else say(`\n${drawJourneys(story.orders, outcomes, spans, inkFor(process.stdout))}\n`);
  await telemetry.stop();
  for (const promise of broken) console.error(`The demo did not keep a promise: ${promise}`);
  return broken.length === 0 ? 0 : 1;
}

/** What `--json` prints of a message. */
function factsForPrograms(facts: ReturnType<typeof outcomesOf>[number]['facts']): object | undefined {
  if (facts === undefined) return undefined;
  const { spanId: _, ...printed } = facts;
  return printed;
}

interface Choice {
  readonly load: () => Promise<StartBroker>;
  readonly json: boolean;
  readonly otlp: string | undefined;
}

function choose(): Choice | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, otlp: { type: 'string' } },
    });
    const [name = 'sqs', ...others] = positionals;
    const load = brokers[name];
    if (load === undefined) return `There is no demo for "${name}".`;
    if (others.length > 0) return `One broker at a time, not ${positionals.join(' and ')}.`;
    return { load, json: values.json, otlp: values.otlp };
  } catch (error) {
    return (error as Error).message;
  }
}
