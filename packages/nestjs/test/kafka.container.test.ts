import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Inject, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientKafka,
  type ClientProxy,
  ClientsModule,
  EventPattern,
  MessagePattern,
  Payload,
  ServerKafka,
  Transport,
} from '@nestjs/microservices';
import { createTopics, startBroker } from '@waybill/brokers';
import { createWaybill, type Waybill } from '@waybill/core';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { firstValueFrom, tap } from 'rxjs';
import { WaybillModule } from '../src/index.ts';
import { traceServerKafka } from '../src/kafka.ts';
import { activeTenant, asTenant, NestTestBed, request } from './nest-test-bed.ts';

let testBed: NestTestBed;
let admin: Admin;
beforeAll(async () => {
  testBed = await NestTestBed.open(await startBroker('kafka'));
  admin = new Kafka(clientOptions()).admin();
  await admin.connect();
});
afterEach(() => testBed.reset());
afterAll(async () => {
  await admin.disconnect();
  await testBed.close();
});

describe('an event on Kafka', () => {
  it('that is emitted before its client is connected keeps its trace, and hands it to the next topic', async () => {
    const [orders, invoices] = [await topic(), await topic()];
    const tenants: unknown[] = [];

    @Controller()
    class Shop {
      @Inject('kafka')
      readonly client!: ClientProxy;

      @EventPattern(orders)
      ordered(@Payload() order: object): void {
        tenants.push(activeTenant());
        this.client.emit(invoices, order);
      }
      @EventPattern(invoices)
      billed(@Payload() _invoice: object): void {
        tenants.push(activeTenant());
      }
    }
    const app = await listen([Shop]);
    const client = app.get<ClientKafka>('kafka');

    for (const tenant of ['acme', 'globex'])
      asTenant(tenant, () => request(() => client.emit(orders, { id: 1 })));
    const { spans } = testBed;
    for (const queue of [orders, invoices]) {
      for (const name of [`send ${queue}`, `process ${queue}`]) await spans.waitFor(name, { count: 2 });
    }

    expect(tenants.sort()).toEqual(['acme', 'acme', 'globex', 'globex']);
    const names = [
      'POST /orders',
      ...[orders, invoices].flatMap((queue) => [`send ${queue}`, `process ${queue}`]),
    ];
    expect(testBed.namesByTrace()).toEqual([names, names]);
    expect(testBed.warnings).toEqual([]);
  });

  it('has the exception of its handler on its span, is tried again, and links to the attempt before', async () => {
    const orders = await topic();
    let attempts = 0;

    @Controller()
    class Shop {
      @EventPattern(orders)
      ordered(@Payload() _order: object): void {
        attempts += 1;
        if (attempts === 1) throw new RangeError('sold out');
      }
    }
    const app = await listen([Shop]);
    app.get<ClientKafka>('kafka').emit(orders, { id: 1 });
    const { spans } = testBed;
    await spans.waitFor(`process ${orders}`, { count: 2 });

    const first = spans.named(`process ${orders}`).at(0).toHaveFailedWith('RangeError', 'sold out');
    spans.named(`process ${orders}`).at(1).toHaveSucceeded().toLinkTo(first);
  });
});

describe('a request on Kafka', () => {
  it('is answered in the context of its caller; the reply has one span, where it is sent', async () => {
    const prices = await topic();
    await topic(`${prices}.reply`);

    @Controller()
    class Shop {
      @MessagePattern(prices)
      price(@Payload() amount: number): number {
        if (amount > 100) throw new RangeError('sold out');
        return amount * 2;
      }
    }
    const app = await listen([Shop], createWaybill(), false);
    const client = app.get<ClientKafka>('kafka');
    client.subscribeToResponseOf(prices);
    await client.connect();
    const tenants: unknown[] = [];
    const ask = (tenant: string, amount: number): Promise<unknown> =>
      asTenant(tenant, () =>
        request(() =>
          firstValueFrom(client.send(prices, amount).pipe(tap(() => tenants.push(activeTenant())))),
        ),
      );
    expect([await ask('acme', 21), await ask('globex', 4)]).toEqual(['42', '8']);
    await expect(ask('initech', 101)).rejects.toMatchObject({ message: 'Internal server error' });
    const { spans } = testBed;
    const names = [`send ${prices}`, `process ${prices}`, `send ${prices}.reply`];
    for (const name of names) await spans.waitFor(name, { count: 3 });

    expect(tenants).toEqual(['acme', 'globex']);
    spans.named(`process ${prices}`).at(0).toHaveSucceeded();
    spans.named(`process ${prices}`).at(2).toHaveFailedWith('RangeError', 'sold out');
    spans
      .named(`send ${prices}.reply`)
      .at(1)
      .toBeChildOf(spans.named(`process ${prices}`).at(1));
    const trace = ['POST /orders', ...names];
    expect(testBed.namesByTrace()).toEqual([trace, trace, trace]);
  });
});

async function topic(name: string = testBed.name()): Promise<string> {
  await createTopics(admin, [{ topic: name }]);
  return name;
}

function clientOptions() {
  return {
    brokers: testBed.url.split(','),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500 },
  };
}

/** A microservice with a client, which is not connected. */
async function listen(
  controllers: readonly Type[],
  waybill: Waybill = createWaybill(),
  producerOnlyMode = true,
) {
  const client = clientOptions();
  const subscribe = { fromBeginning: true };

  @Module({
    imports: [
      ClientsModule.register([
        {
          name: 'kafka',
          transport: Transport.KAFKA,
          options: { client, consumer: { groupId: testBed.name() }, producerOnlyMode, subscribe },
        },
      ]),
      WaybillModule.forRoot({ waybill }),
    ],
    controllers: [...controllers],
  })
  class App {}

  const server = new ServerKafka({ client, consumer: { groupId: testBed.name() }, subscribe });
  const strategy = traceServerKafka(server, waybill);
  const app = await NestFactory.createMicroservice(App, { strategy, logger: false, abortOnError: false });
  await testBed.opened(app).listen();
  return app;
}
