import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  EventPattern,
  KafkaContext,
  type MicroserviceOptions,
  RmqContext,
  Server,
} from '@nestjs/microservices';
import { diag } from '@opentelemetry/api';
import { createWaybill, type Waybill } from '@waybill/core';
import { markTraced } from '@waybill/core/adapter';
import { WaybillModule } from '../src/index.ts';

let warnings: string[];
const ignore = (): void => undefined;

beforeEach(() => {
  warnings = [];
  diag.setLogger({
    warn: (...texts: unknown[]) => warnings.push(texts.join(' ')),
    error: ignore,
    info: ignore,
    debug: ignore,
    verbose: ignore,
  });
});

afterEach(() => diag.disable());

const kafka = (consumer: object): unknown =>
  new KafkaContext([{}, 0, 'orders', consumer, ignore, {}] as never);
const rabbit = (channel: object): unknown => new RmqContext([{}, channel, 'orders'] as never);

describe.each([
  ['Kafka', kafka, 'traceServerKafka(new ServerKafka(options), app.get(WAYBILL))'],
  ['RabbitMQ', rabbit, 'traceServerRMQ(new ServerRMQ(options), app.get(WAYBILL))'],
])('a server of %s', (name, contextOf, fix) => {
  it('is reported if its messages are not traced', async () => {
    const { handled } = await handle(createWaybill(), contextOf({}));
    expect(handled).toBe(1);
    expect(warnings).toEqual([expect.stringContaining(`Messages of ${name} come without span`)]);
    expect(warnings[0]).toContain(fix);
    expect(warnings[0]).toContain('[WAYBILL_NEST_SERVER_NOT_TRACED]');
  });

  it('is not reported if they are', async () => {
    const waybill = createWaybill();
    const client = {};
    markTraced(client, waybill);
    const { handled } = await handle(waybill, contextOf(client));
    expect({ handled, warnings }).toEqual({ handled: 1, warnings: [] });
  });

  it('is not reported while Waybill is switched off', async () => {
    const { handled } = await handle(createWaybill({ policy: { enabled: false } }), contextOf({}));
    expect({ handled, warnings }).toEqual({ handled: 1, warnings: [] });
  });
});

it('servers of other transports, and handlers that are called without a context, are not reported', async () => {
  for (const context of [undefined, null, { getSubject: () => 'orders' }]) {
    const { handled } = await handle(createWaybill(), context);
    expect({ handled, warnings }).toEqual({ handled: 1, warnings: [] });
  }
});

/** Hands a message to the handler of an application, as a server does. */
async function handle(waybill: Waybill, context: unknown): Promise<{ readonly handled: number }> {
  let handled = 0;
  class Orders {
    handle(): void {
      handled++;
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'handle') as PropertyDescriptor;
  EventPattern('orders')(Orders.prototype, 'handle', descriptor as never);
  class App {}
  Module({ imports: [WaybillModule.forRoot({ waybill })], controllers: [Orders] })(App);

  const server = new LocalServer();
  const application: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(App, {
    strategy: server,
    logger: false,
    abortOnError: false,
  } as never);
  await application.listen();
  await server.getHandlerByPattern('orders')?.({}, context);
  await application.close();
  return { handled };
}

/** A server without a broker. */
class LocalServer extends Server {
  listen(ready: () => void): void {
    ready();
  }
  close(): void {}
  on(): void {}
  unwrap<T>(): T {
    return undefined as T;
  }
}
