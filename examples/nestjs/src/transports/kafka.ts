import { Body, Controller, Inject, type MiddlewareConsumer, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientKafka,
  ClientsModule,
  EventPattern,
  type KafkaOptions,
  Payload,
  ServerKafka,
  Transport,
} from '@nestjs/microservices';
import { createWaybill } from '@waybill/core';
import { policy } from '@waybill/example-demo/policy.ts';
import { WaybillModule } from '@waybill/nestjs';
import { traceServerKafka } from '@waybill/nestjs/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { lastValueFrom } from 'rxjs';
import { type MakeShop, ON_HANDLING, type OnHandling, type Order, Stock } from '../shop.ts';
import { TenantMiddleware } from '../tenant-middleware.ts';

const waybill = createWaybill({ policy });

@Controller('orders')
class OrdersController {
  @Inject('shop')
  readonly shop!: ClientKafka;

  @Post()
  async order(@Body() order: Order): Promise<void> {
    await lastValueFrom(this.shop.emit('orders', order));
  }
}

@Controller()
class WorkerController {
  @Inject('shop')
  readonly shop!: ClientKafka;

  @Inject(ON_HANDLING)
  readonly onHandling!: OnHandling;

  @Inject(Stock)
  readonly stock!: Stock;

  @EventPattern('orders')
  async handleOrder(@Payload() order: Order): Promise<void> {
    this.onHandling('orders', order);
    this.stock.take(order);
    await lastValueFrom(this.shop.emit('invoices', order));
  }

  @EventPattern('invoices')
  handleInvoice(@Payload() order: Order): void {
    this.onHandling('invoices', order);
  }
}

/** The shop on Kafka. Waybill is in the imports of its modules, and around the server of its worker. */
export const makeShop: MakeShop = async (url, onHandling) => {
  const client = {
    brokers: url.split(','),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500 },
  };
  const options: KafkaOptions['options'] = { client, producerOnlyMode: true };
  await makeTopics(new Kafka(client), ['orders', 'invoices']);

  @Module({
    imports: [
      WaybillModule.forRoot({ waybill }),
      ClientsModule.register([{ name: 'shop', transport: Transport.KAFKA, options }]),
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
      WaybillModule.forRoot({ waybill }),
      ClientsModule.register([{ name: 'shop', transport: Transport.KAFKA, options }]),
    ],
    controllers: [WorkerController],
    providers: [Stock, { provide: ON_HANDLING, useValue: onHandling }],
  })
  class WorkerModule {}

  return {
    title: 'NestJS with Kafka',
    async startWeb() {
      const web = await NestFactory.create(WebModule, { logger: false });
      return web.listen(0, '127.0.0.1').then(() => web);
    },
    async startWorker() {
      const server = new ServerKafka({
        client,
        consumer: { groupId: 'shop' },
        subscribe: { fromBeginning: true },
      });
      const strategy = traceServerKafka(server, waybill);
      const worker = await NestFactory.createMicroservice(WorkerModule, { strategy, logger: false });
      await worker.listen();
      return worker;
    },
  };
};

/** Makes topics that are empty. */
async function makeTopics(kafka: Kafka, topics: string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const known = await admin.listTopics();
  for (const topic of topics) {
    if (known.includes(topic)) {
      const [partition] = await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({
        topic,
        partitions: [{ partition: 0, offset: partition?.high ?? '0' }],
      });
    } else {
      await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
    }
  }
  await admin.disconnect();
}
