import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { type SpanSelection, startTestTelemetry } from '@waybill/testing';
import { type ConversationName, conversations } from './conversations.ts';

/** What a worker tells of the message that it handled. */
export interface Told {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly tenant: string | null;
}

/** What happened on both sides. */
export interface Conversed {
  /** The span of the message to the worker. */
  readonly sent: SpanSelection;

  /** What the worker saw and did. */
  readonly told: Told;

  /** The span that handled the message from the worker. */
  readonly processed: SpanSelection;

  /** The baggage that came back to the handler here. */
  readonly tenant: string | undefined;
}

/** Sends a message with baggage to a worker, and handles the one that it sends back. */
export async function converse(
  broker: ConversationName,
  url: string,
  worker: readonly string[],
): Promise<Conversed> {
  await using telemetry = await startTestTelemetry();
  const name = `${broker}-${randomUUID()}`;
  const conversation = await conversations[broker](url, createWaybill(), name);
  try {
    const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
    await context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => conversation.send());
    let tenant: string | undefined;
    const [told] = await Promise.all([
      runWorker([...worker, broker, ...conversation.workerArguments]),
      conversation.receive(() => {
        tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
      }),
    ]);
    const processed = await telemetry.spans.waitFor(`process ${name}-from-worker`);
    return { sent: telemetry.spans.named(`${verbs[broker]} ${name}-to-worker`), told, processed, tenant };
  } finally {
    await conversation.close();
  }
}

/** What the clients call sending. */
const verbs: Readonly<Record<ConversationName, string>> = {
  kafka: 'send',
  rabbitmq: 'publish',
  sqs: 'send',
  bullmq: 'add',
};

async function runWorker([command = '', ...parameters]: readonly string[]): Promise<Told> {
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} failed:\n${errors}${output}`);
  const line = output.split('\n').find((each) => each.startsWith('{'));
  return JSON.parse(line ?? 'null');
}
