import { SQSClient } from '@aws-sdk/client-sqs';
import { trace } from '@opentelemetry/api';
import { processJob, traceProcessor, traceQueue, waybillTelemetry } from '@waybill/bullmq';
import { createWaybill, type Middleware, processMessage, processMessages } from '@waybill/core';
import { createHandoff } from '@waybill/handoff';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import { traceSqsClient } from '@waybill/sqs';
import { MemoryBroker, traceMemoryBroker } from '@waybill/testing';
import { Kafka, logLevel } from 'kafkajs';
import { withSdk } from './told.ts';
import type { WrongUse } from './wrong-use.ts';

const kafka = new Kafka({ brokers: ['localhost:9092'], logLevel: logLevel.NOTHING });
const sqs = (): SQSClient => new SQSClient({ region: 'eu-west-1' });
const ship = (): string => 'shipped';
const noHandler = ship() as never;

async function receiveOne(): Promise<{ readonly body: unknown }> {
  const broker = traceMemoryBroker(new MemoryBroker(), createWaybill());
  await broker.publish('orders', { body: 'one chair' });
  const [message] = await broker.receive('orders');
  if (message === undefined) throw new Error('No message came.');
  return message;
}

function publishThrough(middleware: Middleware): Promise<void> {
  return withSdk(async () => {
    const waybill = createWaybill().use(middleware);
    await traceMemoryBroker(new MemoryBroker(), waybill).publish('orders', { body: 'one chair' });
  });
}

async function retry(_call: unknown, next: () => unknown): Promise<void> {
  await next();
  await next();
}

function capture(where: 'here' | 'in the worker'): Promise<void> {
  return withSdk(() => {
    const handoff = createHandoff(createWaybill({ diagnose: true }));
    const captured = trace.getTracer('shop').startActiveSpan('POST /orders', () => handoff.capture());
    handoff.run('thumbnails', where === 'here' ? captured : handoff.capture(), ship);
  });
}

async function traceTwice(own: boolean): Promise<void> {
  const [waybill, another] = [createWaybill(), createWaybill()];
  const client = traceSqsClient(sqs(), waybill);
  traceSqsClient(client, own ? waybill : another);
}

/** What is called in a wrong way. */
export const calls: readonly WrongUse[] = [
  {
    what: 'a factory in place of a producer',
    code: 'WAYBILL_WRONG_CLIENT',
    use: () => traceProducer(kafka as never, createWaybill()),
    mended: () => traceProducer(kafka.producer(), createWaybill()),
  },
  {
    what: 'a promise of a client',
    code: 'WAYBILL_WRONG_CLIENT',
    use: () => traceConsumer(Promise.resolve(kafka.consumer({ groupId: 'g' })) as never, createWaybill()),
    mended: async () =>
      traceConsumer(await Promise.resolve(kafka.consumer({ groupId: 'g' })), createWaybill()),
  },
  {
    what: 'a client of another broker',
    code: 'WAYBILL_WRONG_CLIENT',
    use: () => traceQueue(kafka.producer() as never, createWaybill()),
    mended: () => traceProducer(kafka.producer(), createWaybill()),
  },
  {
    what: 'the options of a Waybill in place of it',
    code: 'WAYBILL_NOT_A_WAYBILL',
    use: () => traceSqsClient(sqs(), { policy: {} } as never),
    mended: () => traceSqsClient(sqs(), createWaybill({ policy: {} })),
  },
  {
    what: 'no Waybill',
    code: 'WAYBILL_NOT_A_WAYBILL',
    use: () => (processJob as (...given: unknown[]) => unknown)({}, ship),
    mended: () =>
      withSdk(() => processJob({ queueName: 'orders', opts: {} } as never, ship, createWaybill())),
  },
  {
    what: 'a handler that was called, not passed',
    code: 'WAYBILL_NOT_A_FUNCTION',
    use: () => traceProcessor(noHandler, createWaybill()),
    mended: () => traceProcessor(ship, createWaybill()),
  },
  {
    what: 'one message in place of a list',
    code: 'WAYBILL_WRONG_MESSAGES',
    use: () => withSdk(async () => processMessages((await receiveOne()) as never, ship)),
    mended: () => withSdk(async () => processMessages([await receiveOne()], ship)),
  },
  {
    what: 'an option that is out of its range',
    code: 'WAYBILL_INVALID_OPTION',
    use: () => processMessages([], ship, { concurrency: 0 }),
    mended: () => processMessages([], ship, { concurrency: 1 }),
  },
  {
    what: 'an option that there is not',
    code: 'WAYBILL_INVALID_OPTION',
    use: () => waybillTelemetry(createWaybill(), { workers: true } as never),
    mended: () => waybillTelemetry(createWaybill(), { worker: true }),
  },
  {
    what: 'a copy of a message',
    code: 'WAYBILL_NOT_RECEIVED',
    use: () => withSdk(async () => processMessage({ ...(await receiveOne()) }, ship)),
    mended: () => withSdk(async () => processMessage(await receiveOne(), ship)),
  },
  {
    what: 'a client that two Waybills trace',
    code: 'WAYBILL_TRACED_TWICE',
    use: () => traceTwice(false),
    mended: () => traceTwice(true),
  },
  {
    what: 'middleware that retries by next()',
    code: 'WAYBILL_MIDDLEWARE_NEXT_TWICE',
    use: () => publishThrough({ name: 'retrier', publish: retry }),
    mended: () => publishThrough({ name: 'retrier', publish: (_call, next) => next() }),
  },
  {
    what: 'middleware that forgets next()',
    code: 'WAYBILL_MIDDLEWARE_WITHOUT_NEXT',
    use: () => publishThrough({ name: 'gate', publish: () => undefined }),
    mended: () => publishThrough({ name: 'gate', publish: (_call, next) => next() }),
  },
  {
    what: 'a capture inside of the worker',
    code: 'WAYBILL_CAPTURED_NOTHING',
    use: () => capture('in the worker'),
    mended: () => capture('here'),
  },
];
