import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BullModule,
  getFlowProducerToken,
  getQueueToken,
  Processor,
  ProcessorDecoratorService,
  WorkerHost,
} from '@nestjs/bullmq';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnModuleInit,
  Scope,
  type Type,
} from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { startBroker } from '@waybill/brokers';
import { createWaybill, type Waybill } from '@waybill/core';
import type { FlowProducer, Job, Queue } from 'bullmq';
import { InjectWaybill, WAYBILL, WaybillModule } from '../src/index.ts';
import { activeTenant, asTenant, NestTestBed } from './nest-test-bed.ts';

let testBed: NestTestBed;
let connection: { readonly host: string; readonly port: number };
beforeAll(async () => {
  const broker = await startBroker('redis');
  testBed = await NestTestBed.open(broker);
  const { hostname, port } = new URL(broker.url);
  connection = { host: hostname, port: Number(port) };
});
afterEach(() => testBed.reset());
afterAll(() => testBed.close());

describe('an application with queues of @nestjs/bullmq', () => {
  it.each(['first', 'last'])(
    'hands trace and tenant from queue to queue, wherever WaybillModule is imported: %s',
    async (place) => {
      const [orders, invoices] = [testBed.name(), testBed.name()];
      const tenants: unknown[] = [];

      @Processor(orders)
      class Orders extends WorkerHost {
        @Inject(getQueueToken(invoices))
        readonly invoices!: Queue;

        async process(job: Job): Promise<void> {
          tenants.push(activeTenant());
          await this.invoices.add('bill', job.data);
        }
      }
      @Processor(invoices)
      class Invoices extends WorkerHost {
        async process(): Promise<void> {
          tenants.push(activeTenant());
        }
      }
      const queues = registered(orders, invoices);
      const waybill = WaybillModule.forRoot({});
      const app = await start(place === 'first' ? [waybill, ...queues] : [...queues, waybill], [
        Orders,
        Invoices,
      ]);
      await asTenant('acme', () => app.get<Queue>(getQueueToken(orders)).add('ship', { id: 1 }));
      for (const queue of [orders, invoices]) {
        for (const name of [`add ${queue}`, `process ${queue}`]) await testBed.spans.waitFor(name);
      }

      expect(tenants).toEqual(['acme', 'acme']);
      expect(testBed.namesByTrace()).toEqual([
        [`add ${orders}`, `process ${orders}`, `add ${invoices}`, `process ${invoices}`],
      ]);
    },
  );

  it('has the error of a processor on its span, with the outcome, and links the next attempt to it', async () => {
    const name = testBed.name();

    @Processor(name)
    class Orders extends WorkerHost {
      async process(job: Job): Promise<void> {
        if (job.attemptsMade === 0) throw new RangeError('sold out');
      }
    }
    const app = await start([...registered(name), WaybillModule.forRoot({})], [Orders]);
    await app.get<Queue>(getQueueToken(name)).add('ship', {}, { attempts: 2 });
    const { spans } = testBed;
    await spans.waitFor(`process ${name}`, { count: 2 });

    const first = spans.named(`process ${name}`).at(0).toHaveFailedWith('RangeError', 'sold out');
    first.toHaveAttributes({ 'waybill.message.outcome': 'retry' });
    spans.named(`process ${name}`).at(1).toHaveSucceeded().toLinkTo(first);
  });

  it('traces flows, jobs that are added while modules initialize, and processors that are made for each job', async () => {
    const name = testBed.name();
    const jobs: unknown[] = [];

    @Processor({ name, scope: Scope.REQUEST })
    class Orders extends WorkerHost {
      @Inject(REQUEST)
      readonly job!: Job;

      async process(): Promise<void> {
        jobs.push([this.job.name, activeTenant()]);
      }
    }
    @Injectable()
    class Adding implements OnModuleInit {
      @Inject(getQueueToken(name))
      readonly queue!: Queue;

      onModuleInit(): Promise<unknown> {
        return asTenant('acme', () => this.queue.add('early', {}));
      }
    }
    const flows = BullModule.registerFlowProducer({ name: 'flows', connection });
    const app = await start([...registered(name), flows, WaybillModule.forRoot({})], [Orders, Adding]);
    const producer = app.get<FlowProducer>(getFlowProducerToken('flows'));
    await asTenant('globex', () =>
      producer.add({
        name: 'ship',
        queueName: name,
        opts: {},
        children: [{ name: 'pack', queueName: name, opts: {} }],
      }),
    );
    const { spans } = testBed;
    await spans.waitFor(`process ${name}`, { count: 3 });

    expect(jobs).toEqual([
      ['early', 'acme'],
      ['pack', 'globex'],
      ['ship', 'globex'],
    ]);
    spans.named(`create ${name}`).toHaveCount(2);
    spans
      .named(`process ${name}`)
      .at(0)
      .toBeChildOf(spans.named(`add ${name}`).where({ 'bullmq.job.name': 'early' }));
  });

  it('runs what the application decorates its processors with in the span', async () => {
    const name = testBed.name();
    const tenants: unknown[] = [];

    @Processor(name)
    class Orders extends WorkerHost {
      async process(): Promise<void> {}
    }
    const app = await start([...registered(name), WaybillModule.forRoot({})], [Orders]);
    const service = app.get(ProcessorDecoratorService, { strict: false });
    const decorated = service.decorate(async () => void tenants.push(activeTenant()));
    const queue = app.get<Queue>(getQueueToken(name));
    const job = await asTenant('acme', () => queue.add('ship', {}));
    await decorated(job);

    expect(tenants).toEqual(['acme']);
  });
});

describe('WaybillModule', () => {
  it('is global, and gives the Waybill that it was given, or one with the options of a factory', async () => {
    const waybill = createWaybill();
    @Injectable()
    class Service {
      @InjectWaybill()
      readonly waybill!: Waybill;
    }
    @Module({ providers: [Service] })
    class Feature {}
    const given = await start([Feature, WaybillModule.forRoot({ waybill })], []);
    expect(given.get(Service, { strict: false }).waybill).toBe(waybill);

    const made = await start(
      [
        WaybillModule.forRootAsync({
          inject: ['options'],
          imports: [OptionsModule],
          useFactory: (given) => given,
        }),
      ],
      [],
    );
    expect(made.get<Waybill>(WAYBILL).explain('orders').consume.relation).toBe('link');
  });

  it('fails with the mistake where its options are wrong', async () => {
    const wrong = WaybillModule.forRoot({ policy: { linkAfter: 'soon' as never } });
    await expect(start([wrong], [])).rejects.toMatchObject({
      code: 'WAYBILL_INVALID_CONFIGURATION',
      message: expect.stringContaining('linkAfter'),
    });
    const both = WaybillModule.forRoot({ waybill: createWaybill(), policy: {} } as never);
    await expect(start([both], [])).rejects.toThrow(
      'WaybillModule: policy: a Waybill has its options already.',
    );
  });
});

@Module({
  providers: [{ provide: 'options', useValue: { policy: { queues: { orders: { relation: 'link' } } } } }],
  exports: ['options'],
})
class OptionsModule {}

function registered(...names: readonly string[]): DynamicModule[] {
  return names.map((name) => BullModule.registerQueue({ name, connection }));
}

async function start(imports: readonly (DynamicModule | Type)[], providers: readonly Type[]) {
  @Module({ imports: [...imports], providers: [...providers] })
  class App {}

  return testBed.opened(
    await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false }),
  );
}
