import { AmqpConnection, RabbitMQModule, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Body, Controller, Inject, Injectable, type MiddlewareConsumer, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { policy } from '@waybill/example-demo/policy.ts';
import { WaybillModule } from '@waybill/nestjs';
import { emptyQueues, queueOptions } from '../empty-queues.ts';
import { type Application, type MakeShop, ON_HANDLING, type OnHandling, type Order, Stock } from '../shop.ts';
import { TenantMiddleware } from '../tenant-middleware.ts';

@Controller('orders')
class OrdersController {
  @Inject(AmqpConnection)
  readonly connection!: AmqpConnection;

  @Post()
  async order(@Body() order: Order): Promise<void> {
    await this.connection.publish('', 'orders', order);
  }
}

@Injectable()
class Worker {
  @Inject(AmqpConnection)
  readonly connection!: AmqpConnection;

  @Inject(ON_HANDLING)
  readonly onHandling!: OnHandling;

  @Inject(Stock)
  readonly stock!: Stock;

  @RabbitSubscribe({ queue: 'orders', queueOptions })
  async handleOrder(order: Order): Promise<void> {
    this.onHandling('orders', order);
    this.stock.take(order);
    await this.connection.publish('', 'invoices', order);
  }

  @RabbitSubscribe({ queue: 'invoices', queueOptions })
  async handleInvoice(order: Order): Promise<void> {
    this.onHandling('invoices', order);
  }
}

/**
 * The shop on RabbitMQ with golevelup's module. Waybill is in the imports of its module. It is one application, as that module registers
 * the handlers of one application a process; its worker is its consumers.
 */
export const makeShop: MakeShop = async (uri, onHandling) => {
  await emptyQueues(uri, ['orders', 'invoices']);

  @Module({
    imports: [
      WaybillModule.forRoot({ policy }),
      RabbitMQModule.forRoot({ uri, connectionInitOptions: { timeout: 20_000 } }),
    ],
    controllers: [OrdersController],
    providers: [Worker, Stock, { provide: ON_HANDLING, useValue: onHandling }],
  })
  class ShopModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(TenantMiddleware).forRoutes(OrdersController);
    }
  }

  const shop = await NestFactory.create(ShopModule, { logger: false });
  await shop.init();
  const connection = shop.get(AmqpConnection);
  const worker: Application = {
    close: async () => {
      for (const tag of connection.consumerTags) await connection.cancelConsumer(tag);
    },
  };
  await worker.close();
  return {
    title: 'NestJS with RabbitMQ and @golevelup/nestjs-rabbitmq',
    startWeb: () => shop.listen(0, '127.0.0.1').then(() => shop),
    async startWorker() {
      for (const tag of connection.consumerTags) await connection.resumeConsumer(tag);
      return worker;
    },
  };
};
