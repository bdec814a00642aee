import 'reflect-metadata';
import type { Message } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SqsMessageHandler, SqsModule, SqsService } from '@ssut/nestjs-sqs';
import { processMessage } from '../src/index.ts';
import { activeBaggage, asTenant, SqsTestBed } from './sqs-test-bed.ts';

let testBed: SqsTestBed;
let name: string;
let queueUrl: string;
beforeAll(async () => {
  testBed = await SqsTestBed.openInProcess();
});
afterAll(() => testBed.close());
beforeEach(async () => {
  const queue = await testBed.queue();
  name = queue.name;
  queueUrl = queue.QueueUrl;
  testBed.spans.clear();
});

/** A provider with a handler, decorated as a program in TypeScript has it. */
function provider(batch: boolean, handle: (given: never) => Promise<void>): new () => object {
  class Orders {
    handle(given: never): Promise<void> {
      return handle(given);
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'handle');
  SqsMessageHandler('orders', batch)(Orders.prototype, 'handle', Object(descriptor));
  return Orders;
}

/** Runs an application, until the handler is done, that sends messages of a tenant and handles them. */
async function run(
  batch: boolean,
  bodies: readonly string[],
  handle: (given: never) => Promise<void>,
): Promise<void> {
  const sqs = testBed.traced();
  const { promise: handled, resolve } = Promise.withResolvers<void>();
  const Orders = provider(batch, async (given) => {
    await handle(given);
    resolve();
  });
  class App {}
  Module({
    imports: [
      SqsModule.register({
        consumers: [{ name: 'orders', queueUrl, sqs, batchSize: 10, waitTimeSeconds: 1 }],
        producers: [{ name: 'orders', queueUrl, sqs }],
      }),
    ],
    providers: [Orders],
  })(App);
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  try {
    const messages = bodies.map((body) => ({ id: body, body }));
    await asTenant('acme', () => app.get(SqsService).send('orders', messages));
    await handled;
    await testBed.spans.waitFor(`delete ${name}`);
  } finally {
    await app.close();
  }
}

it('sends and handles messages in one trace, with the tenant, by a traced client', async () => {
  let tenant: string | undefined;
  await run(false, ['one'], (message: Message) =>
    processMessage(message, async () => {
      tenant = activeBaggage()['tenant.id'];
    }),
  );

  expect(tenant).toBe('acme');
  const processed = testBed.spans.named(`process ${name}`).toBeChildOf(testBed.spans.named(`create ${name}`));
  testBed.spans.named(`delete ${name}`).toBeInTraceOf(processed);
});

it('handles each message of a batch in its own span', async () => {
  const tenants: unknown[] = [];
  await run(true, ['one', 'two', 'three'], async (messages: Message[]) => {
    for (const message of messages) {
      await processMessage(message, async () => tenants.push(activeBaggage()['tenant.id']));
    }
  });

  expect(new Set(tenants)).toEqual(new Set(['acme']));
  testBed.spans.named(`process ${name}`).toHaveCount(tenants.length);
});
