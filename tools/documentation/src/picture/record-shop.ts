import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { context, SpanKind, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { buildJourneys, type Journey, type JourneySpan, readSdkSpan } from '@waybill/journey';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import { startFauxqs } from 'fauxqs';

/** Two journeys of a small shop, from spans that were recorded just now: an order that is handled at once, and one that waits. */
export async function recordShop(): Promise<readonly Journey[]> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const spans: JourneySpan[] = [];
  const server = await startFauxqs({ port: 0, logger: false });
  const web = startService('web', server.address, spans);
  const worker = startService('worker', server.address, spans);
  const { QueueUrl } = await web.sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  // The first order pays for what is loaded and compiled once.
  for (const wait of [0, 0, 1_500]) {
    await work(web.tracer, 'POST /orders', SpanKind.SERVER, 4, () =>
      web.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one chair' })),
    );
    await pause(wait);
    const { Messages = [] } = await worker.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    for (const message of Messages) {
      await processMessage(message, () => work(worker.tracer, 'ship', SpanKind.INTERNAL, 20));
    }
  }
  for (const { sqs } of [web, worker]) sqs.destroy();
  await server.stop();
  return buildJourneys(spans).journeys.slice(1);
}

function startService(name: string, endpoint: string, spans: JourneySpan[]) {
  const recorder: SpanProcessor = {
    onStart: () => undefined,
    onEnd: (span) => void spans.push(readSdkSpan(span)),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const resource = resourceFromAttributes({ 'service.name': name });
  const tracerProvider = new TracerProvider({ resource, spanProcessors: [recorder] });
  const client = new SQSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const waybill = createWaybill({ tracerProvider, policy: { linkAfter: '1s' } });
  return { tracer: tracerProvider.getTracer(name), sqs: traceSqsClient(client, waybill) };
}

/** A span around `inside` and some milliseconds of what else a service does. */
function work(tracer: Tracer, name: string, kind: SpanKind, ms: number, inside?: () => Promise<unknown>) {
  return tracer.startActiveSpan(name, { kind }, async (span) => {
    await pause(ms / 2);
    await inside?.();
    await pause(ms / 2);
    span.end();
  });
}
