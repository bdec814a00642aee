import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  Catch,
  Controller,
  type ExecutionContext,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  Post,
  type RpcExceptionFilter,
  UseFilters,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientRMQ,
  ClientsModule,
  Ctx,
  EventPattern,
  Payload,
  type RmqContext,
  ServerRMQ,
  Transport,
} from '@nestjs/microservices';
import { policy } from '@waybill/example-demo/policy.ts';
import { WAYBILL, WaybillModule } from '@waybill/nestjs';
import { traceServerRMQ } from '@waybill/nestjs/rabbitmq';
import { EMPTY, finalize, lastValueFrom, type Observable } from 'rxjs';
import { emptyQueues, queueOptions } from '../empty-queues.ts';
import { type MakeShop, ON_HANDLING, type OnHandling, type Order, Stock } from '../shop.ts';
import { TenantMiddleware } from '../tenant-middleware.ts';

@Controller('orders')
class OrdersController {
  @Inject('orders')
  readonly orders!: ClientRMQ;

  @Post()
  async order(@Body() order: Order): Promise<void> {
    await lastValueFrom(this.orders.emit('order', order), { defaultValue: undefined });
  }
}

/** Gives a message back to its queue when its handler fails. */
@Catch()
class GiveBack implements RpcExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): Observable<never> {
    const context = host.switchToRpc().getContext<RmqContext>();
    context.getChannelRef().nack(context.getMessage());
    return EMPTY;
  }
}

/** Counts the messages that are being handled, so that the worker can finish them before it closes. */
class Unfinished implements NestInterceptor {
  #count = 0;
  #finish = (): void => undefined;

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.#count += 1;
    return next.handle().pipe(
      finalize(() => {
        this.#count -= 1;
        if (this.#count === 0) this.#finish();
      }),
    );
  }

  finished(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise((resolve) => (this.#finish = resolve));
  }
}

@Controller()
@UseFilters(GiveBack)
class WorkerController {
  @Inject('invoices')
  readonly invoices!: ClientRMQ;

  @Inject(ON_HANDLING)
  readonly onHandling!: OnHandling;

  @Inject(Stock)
  readonly stock!: Stock;

  @EventPattern<string>('order')
  async handleOrder(@Payload() order: Order, @Ctx() context: RmqContext): Promise<void> {
    this.onHandling('orders', order);
    this.stock.take(order);
    await lastValueFrom(this.invoices.emit('invoice', order), { defaultValue: undefined });
    context.getChannelRef().ack(context.getMessage());
  }

  @EventPattern<string>('invoice')
  handleInvoice(@Payload() order: Order, @Ctx() context: RmqContext): void {
    this.onHandling('invoices', order);
    context.getChannelRef().ack(context.getMessage());
  }
}

/** The shop on RabbitMQ. Waybill is in the imports of its modules, and around the servers of its worker. */
export const makeShop: MakeShop = async (url, onHandling) => {
  const urls = [url];
  await emptyQueues(url, ['orders', 'invoices']);

  const client = (queue: string) =>
    ClientsModule.register([
      { name: queue, transport: Transport.RMQ, options: { urls, queue, queueOptions } },
    ]);

  @Module({ imports: [WaybillModule.forRoot({ policy }), client('orders')], controllers: [OrdersController] })
  class WebModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(TenantMiddleware).forRoutes(OrdersController);
    }
  }

  @Module({
    imports: [WaybillModule.forRoot({ policy }), client('invoices')],
    controllers: [WorkerController],
    providers: [Stock, { provide: ON_HANDLING, useValue: onHandling }],
  })
  class WorkerModule {}

  return {
    title: 'NestJS with RabbitMQ',
    async startWeb() {
      const web = await NestFactory.create(WebModule, { logger: false });
      return web.listen(0, '127.0.0.1').then(() => web);
    },
    async startWorker() {
      const worker = await NestFactory.create(WorkerModule, { logger: false });
      const unfinished = new Unfinished();
      // Nest makes the handlers of a microservice as it is connected: what is around them has to be there before.
      worker.useGlobalInterceptors(unfinished);
      for (const queue of ['orders', 'invoices']) {
        const server = new ServerRMQ({ urls, queue, queueOptions, noAck: false });
        const strategy = traceServerRMQ(server, worker.get(WAYBILL));
        worker.connectMicroservice({ strategy }, { inheritAppConfig: true });
      }
      await worker.startAllMicroservices();
      await worker.init();
      return {
        close: async () => {
          await unfinished.finished();
          await worker.close();
        },
      };
    },
  };
};
