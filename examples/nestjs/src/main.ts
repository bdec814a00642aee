import './compile-decorators.ts';
import { parseArgs } from 'node:util';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { drawJourneys } from '@waybill/example-demo/draw-journeys.ts';
import { inkFor } from '@waybill/example-demo/ink.ts';
import { startOpenTelemetry } from '@waybill/example-demo/open-telemetry.ts';
import { outcomesOf } from '@waybill/example-demo/outcome.ts';
import type { MakeShop } from './shop.ts';
import { type NestStory, playStory } from './story.ts';

const transports = {
  bullmq: { broker: 'redis', load: async () => (await import('./transports/bullmq.ts')).makeShop },
  kafka: { broker: 'kafka', load: async () => (await import('./transports/kafka.ts')).makeShop },
  rabbitmq: { broker: 'rabbitmq', load: async () => (await import('./transports/rabbitmq.ts')).makeShop },
  golevelup: { broker: 'rabbitmq', load: async () => (await import('./transports/golevelup.ts')).makeShop },
} as const satisfies Record<string, { broker: string; load: () => Promise<MakeShop> }>;
const usage = `Usage: pnpm nestjs [${Object.keys(transports).join('|')}] [--json] [--url URL]`;

process.exitCode = await main();

async function main(): Promise<number> {
  const choice = choose();
  if (typeof choice === 'string') {
    console.error(`${choice}\n${usage}`);
    return 2;
  }
  const { name, json, url } = choice;
  const say = json ? () => undefined : (line: string) => console.log(line);
  const telemetry = startOpenTelemetry();
  const { broker: brokerName, load } = transports[name];
  const broker =
    url === undefined
      ? await (await import('@waybill/brokers')).startBroker(brokerName)
      : { url, stop: async () => undefined };
  const played = await playStory(await load(), broker.url, say).finally(() => broker.stop());

  const spans = telemetry.spans();
  const story = {
    ...played,
    orders: played.orders.map((order) => ({ ...order, traceId: traceOf(order.id, played, spans) })),
  };
  const outcomes = outcomesOf(story, spans);
  if (json)
    console.log(
      JSON.stringify(
        { messages: outcomes.map(({ order, facts }) => ({ order: order.id, ...facts })) },
        null,
        2,
      ),
    );
  else say(`\n${drawJourneys(story.orders, outcomes, spans, inkFor(process.stdout))}\n`);
  await telemetry.stop();
  return 0;
}

/** The trace of the request that placed an order: the first one of the journey. */
function traceOf(orderId: string, { messages }: NestStory, spans: readonly ReadableSpan[]): string {
  const message = messages.find((each) => each.orderId === orderId);
  const span = spans.find((each) => each.spanContext().spanId === message?.spanId);
  return String(span?.attributes['waybill.journey.id']);
}

function choose(): { name: keyof typeof transports; json: boolean; url: string | undefined } | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, url: { type: 'string' } },
    });
    const [name = 'bullmq', ...others] = positionals;
    if (!(name in transports)) return `There is no transport "${name}".`;
    if (others.length > 0) return `One transport at a time, not ${positionals.join(' and ')}.`;
    return { name: name as keyof typeof transports, json: values.json, url: values.url };
  } catch (error) {
    return (error as Error).message;
  }
}
