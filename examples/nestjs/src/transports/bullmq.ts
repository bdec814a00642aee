import { BullModule, InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Body, Controller, Inject, type MiddlewareConsumer, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { policy } from '@waybill/example-demo/policy.ts';
import { WaybillModule } from '@waybill/nestjs';
import { type Job, Queue } from 'bullmq';
import { type MakeShop, ON_HANDLING, type OnHandling, type Order, Stock } from '../shop.ts';
import { TenantMiddleware } from '../tenant-middleware.ts';

@Controller('orders')
class OrdersController {
  @InjectQueue('orders')
  readonly orders!: Queue<Order>;

  @Post()
  async order(@Body() order: Order): Promise<void> {
    await this.orders.add('order', order, { attempts: 2 });
  }
}

@Processor('orders')
class OrdersProcessor extends WorkerHost {
  @InjectQueue('invoices')
  readonly invoices!: Queue<Order>;

  @Inject(ON_HANDLING)
  readonly onHandling!: OnHandling;

  @Inject(Stock)
  readonly stock!: Stock;

  async process({ data }: Job<Order>): Promise<void> {
    this.onHandling('orders', data);
    this.stock.take(data);
    await this.invoices.add('invoice', data);
  }
}

@Processor('invoices')
class InvoicesProcessor extends WorkerHost {
  @Inject(ON_HANDLING)
  readonly onHandling!: OnHandling;

  async process({ data }: Job<Order>): Promise<void> {
    this.onHandling('invoices', data);
  }
}

/** The shop on BullMQ. Waybill is in the imports of its modules. */
export const makeShop: MakeShop = async (url, onHandling) => {
  const { hostname, port } = new URL(url);
  const connection = { host: hostname, port: Number(port) };
  for (const name of ['orders', 'invoices']) {
    const queue = new Queue(name, { connection });
    await queue.obliterate({ force: true });
    await queue.close();
  }

  @Module({
    imports: [
      WaybillModule.forRoot({ policy }),
      BullModule.forRoot({ connection }),
      BullModule.registerQueue({ name: 'orders' }),
    ],
    controllers: [OrdersController],
  })
  class WebModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(TenantMiddleware).forRoutes(OrdersController);
    }
  }

  @Module({
    imports: [
      WaybillModule.forRoot({ policy }),
      BullModule.forRoot({ connection }),
      BullModule.registerQueue({ name: 'orders' }, { name: 'invoices' }),
    ],
    providers: [OrdersProcessor, InvoicesProcessor, Stock, { provide: ON_HANDLING, useValue: onHandling }],
  })
  class WorkerModule {}

  return {
    title: 'NestJS with @nestjs/bullmq',
    async startWeb() {
      const web = await NestFactory.create(WebModule, { logger: false });
      return web.listen(0, '127.0.0.1').then(() => web);
    },
    startWorker: () => NestFactory.createApplicationContext(WorkerModule, { logger: false }),
  };
};
