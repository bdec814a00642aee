import type { AmqpConnection as Connection, Nack as NackType } from '@golevelup/nestjs-rabbitmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { startBroker } from '@waybill/brokers';
import { createWaybill } from '@waybill/core';
import { WaybillModule } from '../src/index.ts';
import { traceAmqpConnection } from '../src/rabbitmq.ts';
import { activeTenant, asTenant, NestTestBed, request } from './nest-test-bed.ts';

// CommonJS, which Jest has require NestJS 12 only when that is loaded.
const { AmqpConnection, Nack, RabbitMQModule, RabbitRPC, RabbitSubscribe } = await import(
  '@golevelup/nestjs-rabbitmq'
);

const queueOptions = { durable: false, arguments: { 'x-expires': 60_000 } };

let testBed: NestTestBed;
beforeAll(async () => {
  testBed = await NestTestBed.open(await startBroker('rabbitmq'));
});
afterEach(() => testBed.reset());
afterAll(() => testBed.close());

describe('a connection of @golevelup/nestjs-rabbitmq', () => {
  it('hands the trace and the tenant from queue to queue', async () => {
    const [orders, invoices] = [testBed.name(), testBed.name()];
    const tenants: unknown[] = [];

    @Injectable()
    class Shop {
      @Inject(AmqpConnection)
      readonly connection!: Connection;

      @RabbitSubscribe({ queue: orders, queueOptions })
      async ordered(order: object): Promise<void> {
        tenants.push(activeTenant());
        await this.connection.publish('', invoices, order);
      }
      @RabbitSubscribe({ queue: invoices, queueOptions })
      async billed(): Promise<void> {
        tenants.push(activeTenant());
      }
    }
    const connection = await start([Shop]);
    // It is traced already, so this changes nothing.
    expect(traceAmqpConnection(connection, createWaybill())).toBe(connection);
    const tenantIds = ['acme', 'globex'];
    await Promise.all(
      tenantIds.map((id) => asTenant(id, () => request(() => connection.publish('', orders, { id: 1 })))),
    );
    for (const name of [`process ${orders}`, `publish ${invoices}`, `process ${invoices}`]) {
      await testBed.spans.waitFor(name, { count: 2 });
    }

    expect(tenants.sort()).toEqual(['acme', 'acme', 'globex', 'globex']);
    const names = [
      'POST /orders',
      ...[orders, invoices].flatMap((queue) => [`publish ${queue}`, `process ${queue}`]),
    ];
    expect(testBed.namesByTrace()).toEqual([names, names]);
  });

  it('has the error of a handler on the span of its message, which is tried again', async () => {
    const queue = testBed.name();
    let attempts = 0;

    @Injectable()
    class Shop {
      @RabbitSubscribe({ queue, queueOptions })
      async ordered(): Promise<NackType | undefined> {
        attempts += 1;
        if (attempts === 1) throw new RangeError('sold out');
        return attempts === 2 ? new Nack(true) : undefined;
      }
    }
    const connection = await start([Shop]);
    await connection.publish('', queue, {});
    const { spans } = testBed;
    await spans.waitFor(`process ${queue}`, { count: 3 });

    const [first, second, third] = [0, 1, 2].map((index) => spans.named(`process ${queue}`).at(index));
    first
      ?.toHaveFailedWith('RangeError', 'sold out')
      .toHaveAttributes({ 'waybill.message.outcome': 'retry' });
    second?.toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': 'deferred' });
    third?.toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': undefined });
  });

  it('answers requests in the trace of the caller', async () => {
    const queue = testBed.name();

    @Injectable()
    class Shop {
      @RabbitRPC({ queue, routingKey: queue, queueOptions })
      async price(amount: number): Promise<number> {
        return amount * 2;
      }
    }
    const connection = await start([Shop]);
    const answer = await request(() =>
      connection.request<number>({ exchange: '', routingKey: queue, payload: 21 }),
    );
    const names = [`publish ${queue}`, `process ${queue}`, 'publish (anonymous)'];
    for (const name of names) await testBed.spans.waitFor(name);

    expect(answer).toBe(42);
    expect(testBed.namesByTrace()).toEqual([['POST /orders', ...names]]);
  });
});

async function start(providers: readonly Type[]): Promise<Connection> {
  @Module({
    imports: [
      RabbitMQModule.forRoot({ uri: testBed.url, connectionInitOptions: { wait: true, timeout: 20_000 } }),
      WaybillModule.forRoot({}),
    ],
    providers: [...providers],
  })
  class App {}

  const options = { logger: false, abortOnError: false } as const;
  return testBed.opened(await NestFactory.createApplicationContext(App, options)).get(AmqpConnection);
}
