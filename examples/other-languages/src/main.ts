/**
 * A message goes to a worker in Python, Java or Go, and another one comes back. Prints what was seen on each broker.
 *
 * `pnpm other-languages`, `pnpm other-languages java`
 */
import { startBroker } from '@waybill/brokers';
import type { ConversationName } from './conversations.ts';
import { converse } from './converse.ts';
import { goWorker, javaWorker, pythonWorker } from './workers.ts';

const languages = {
  python: { worker: pythonWorker, brokers: ['kafka', 'rabbitmq', 'sqs', 'bullmq'] },
  // BullMQ has no client of its own for Java and Go.
  java: { worker: javaWorker, brokers: ['kafka', 'rabbitmq', 'sqs'] },
  go: { worker: goWorker, brokers: ['kafka', 'rabbitmq', 'sqs'] },
} satisfies Record<string, { worker: () => readonly string[]; brokers: readonly ConversationName[] }>;

const [wanted] = process.argv.slice(2);
let failures = 0;
for (const [language, { worker, brokers }] of Object.entries(languages)) {
  if (wanted !== undefined && wanted !== language) continue;
  const command = worker();
  for (const broker of brokers) {
    const running = await startBroker(broker === 'bullmq' ? 'redis' : broker);
    const { sent, told, processed, tenant } = await converse(broker, running.url, command);
    const seen = {
      'continues the trace': told.traceId === sent.only.traceId && told.parentSpanId === sent.only.spanId,
      'is continued': processed.only.parentSpanId === told.spanId,
      'gets the baggage': told.tenant === 'acme',
      'gives it back': tenant === 'acme',
      'keeps the journey': processed.only.attributes['waybill.journey.id'] === sent.only.traceId,
    };
    const lines = Object.entries(seen).map(([what, holds]) => `${holds ? '' : 'NOT '}${what}`);
    failures += Object.values(seen).filter((holds) => !holds).length;
    await running.stop();
    console.log(`${language}, ${broker}: ${lines.join(', ')}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
