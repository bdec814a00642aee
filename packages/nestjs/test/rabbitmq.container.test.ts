import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Inject,
  Module,
  type NestInterceptor,
  type PipeTransform,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  BaseRpcExceptionFilter,
  type ClientProxy,
  type ClientRMQ,
  ClientsModule,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  type RmqContext,
  ServerRMQ,
  Transport,
} from '@nestjs/microservices';
import { trace } from '@opentelemetry/api';
import { startBroker, until } from '@waybill/brokers';
import { createWaybill } from '@waybill/core';
import { EMPTY, firstValueFrom, type Observable, Subject, tap } from 'rxjs';
import { WaybillModule } from '../src/index.ts';
import { traceServerRMQ } from '../src/rabbitmq.ts';
import { activeTenant, asTenant, NestTestBed, request } from './nest-test-bed.ts';

let testBed: NestTestBed;
beforeAll(async () => {
  testBed = await NestTestBed.open(await startBroker('rabbitmq'));
});
afterEach(() => testBed.reset());
afterAll(() => testBed.close());

describe('an event on RabbitMQ', () => {
  it('that is emitted before its client is connected keeps its trace, and hands it to the next queue', async () => {
    const [orders, invoices] = [testBed.name(), testBed.name()];
    const tenants: unknown[] = [];

    @Controller()
    class Orders {
      @Inject(invoices)
      readonly client!: ClientProxy;

      @EventPattern('ordered')
      ordered(@Payload() order: object): void {
        tenants.push(activeTenant());
        this.client.emit('billed', order);
      }
    }
    @Controller()
    class Invoices {
      @EventPattern('billed')
      billed(@Payload() _invoice: object): void {
        tenants.push(activeTenant());
      }
    }
    await listen(invoices, [Invoices]);
    const app = await listen(orders, [Orders], [orders, invoices]);
    const client = app.get<ClientRMQ>(orders);

    for (const tenant of ['acme', 'globex'])
      asTenant(tenant, () => request(() => client.emit('ordered', {})));
    const { spans } = testBed;
    for (const queue of [orders, invoices]) {
      for (const name of [`publish ${queue}`, `process ${queue}`]) await spans.waitFor(name, { count: 2 });
    }

    expect(tenants.sort()).toEqual(['acme', 'acme', 'globex', 'globex']);
    const names = [
      'POST /orders',
      ...[orders, invoices].flatMap((queue) => [`publish ${queue}`, `process ${queue}`]),
    ];
    expect(testBed.namesByTrace()).toEqual([names, names]);
    expect(testBed.warnings).toEqual([]);
  });
});

describe('a message on RabbitMQ', () => {
  it('is in its span in guards, pipes, interceptors, handlers and exception filters', async () => {
    const queue = testBed.name();
    const seen: [string, string | undefined, string | undefined][] = [];
    const note = (place: string): void => {
      seen.push([place, trace.getActiveSpan()?.spanContext().spanId, activeTenant()]);
    };

    class Guard implements CanActivate {
      canActivate(_context: ExecutionContext): boolean {
        note('guard');
        return true;
      }
    }
    class Pipe implements PipeTransform {
      transform(value: unknown): unknown {
        note('pipe');
        return value;
      }
    }
    class Interceptor implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
        note('interceptor');
        return next.handle();
      }
    }
    @Catch()
    class Filter extends BaseRpcExceptionFilter {
      override catch(exception: Error, host: ArgumentsHost): Observable<unknown> {
        note('filter');
        acknowledge(host.switchToRpc().getContext());
        return super.catch(exception as never, host);
      }
    }
    @Controller()
    class Orders {
      @UseGuards(Guard)
      @UseInterceptors(Interceptor)
      @UsePipes(Pipe)
      @UseFilters(Filter)
      @EventPattern('ordered')
      async ordered(@Payload() _order: object): Promise<void> {
        note('handler');
        throw new RangeError('sold out');
      }
    }
    const app = await listen(queue, [Orders], [queue]);
    asTenant('acme', () => app.get<ClientRMQ>(queue).emit('ordered', {}));
    await testBed.spans.waitFor(`process ${queue}`);

    const { spanId } = testBed.spans
      .named(`process ${queue}`)
      .toHaveFailedWith('RangeError', 'sold out').only;
    expect(seen).toEqual(
      ['guard', 'interceptor', 'pipe', 'handler', 'filter'].map((place) => [place, spanId, 'acme']),
    );
  });

  it.each(['guard', 'pipe', 'interceptor', 'handler'])(
    'has the exception of its %s on its span, although Nest catches it',
    async (place) => {
      const queue = testBed.name();
      const failIn = (here: string): void => {
        if (here === place) throw new RangeError(`sold out in the ${here}`);
      };

      class Everything implements CanActivate, PipeTransform, NestInterceptor {
        canActivate(context: ExecutionContext): boolean {
          acknowledge(context.switchToRpc().getContext());
          failIn('guard');
          return true;
        }
        transform(value: unknown): unknown {
          failIn('pipe');
          return value;
        }
        intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
          failIn('interceptor');
          return next.handle();
        }
      }
      @Controller()
      class Orders {
        @UseGuards(Everything)
        @UseInterceptors(Everything)
        @UsePipes(Everything)
        @EventPattern('ordered')
        ordered(@Payload() _order: object): void {
          failIn('handler');
        }
      }
      const app = await listen(queue, [Orders], [queue]);
      app.get<ClientRMQ>(queue).emit('ordered', {});
      await testBed.spans.waitFor(`process ${queue}`);

      testBed.spans.named(`process ${queue}`).toHaveFailedWith('RangeError', `sold out in the ${place}`);
    },
  );

  it('that an exception filter gives back is tried again, and links to the attempt before', async () => {
    const queue = testBed.name();

    @Catch()
    class GiveBack {
      catch(_exception: Error, host: ArgumentsHost): Observable<never> {
        const context = host.switchToRpc().getContext<RmqContext>();
        context.getChannelRef().nack(context.getMessage());
        return EMPTY;
      }
    }
    let attempts = 0;
    @Controller()
    class Orders {
      @UseFilters(GiveBack)
      @EventPattern('ordered')
      ordered(@Ctx() context: RmqContext): void {
        attempts += 1;
        if (attempts === 1) throw new RangeError('sold out');
        acknowledge(context);
      }
    }
    const app = await listen(queue, [Orders], [queue]);
    app.get<ClientRMQ>(queue).emit('ordered', {});
    const { spans } = testBed;
    await spans.waitFor(`process ${queue}`, { count: 2 });

    const first = spans.named(`process ${queue}`).at(0);
    first.toHaveFailedWith('RangeError').toHaveAttributes({ 'waybill.message.outcome': 'retry' });
    spans.named(`process ${queue}`).at(1).toHaveSucceeded().toLinkTo(first);
  });

  it('is handled until the stream of its handler has ended', async () => {
    const queue = testBed.name();
    const parts = new Subject<number>();

    @Controller()
    class Orders {
      @EventPattern('ordered')
      ordered(@Ctx() context: RmqContext): Observable<number> {
        acknowledge(context);
        return parts;
      }
      @EventPattern('shipped')
      shipped(@Ctx() context: RmqContext): void {
        acknowledge(context);
      }
    }
    const app = await listen(queue, [Orders], [queue]);
    app.get<ClientRMQ>(queue).emit('ordered', {});
    await until(() => parts.observed);
    app.get<ClientRMQ>(queue).emit('shipped', {});
    const { spans } = testBed;
    await spans.waitFor(`process ${queue}`);
    // It is the second message that has ended first.
    spans.named(`process ${queue}`).toHaveAttributes({ 'rabbitmq.message.delivery_tag': 2 });
    parts.complete();
    await spans.waitFor(`process ${queue}`, { count: 2 });

    spans.named(`process ${queue}`).each.toHaveSucceeded();
  });
});

describe('a request on RabbitMQ', () => {
  it('is answered in the context of its caller; the reply has one span, where it is sent', async () => {
    const queue = testBed.name();

    @Controller()
    class Orders {
      @MessagePattern('price')
      price(@Payload() amount: number, @Ctx() context: RmqContext): number {
        acknowledge(context);
        return amount * 2;
      }
    }
    const app = await listen(queue, [Orders], [queue]);
    const client = app.get<ClientRMQ>(queue);
    const tenants: unknown[] = [];
    for (const tenant of ['acme', 'globex']) {
      const answer = asTenant(tenant, () =>
        request(() => firstValueFrom(client.send('price', 21).pipe(tap(() => tenants.push(activeTenant()))))),
      );
      expect(await answer).toBe(42);
    }
    const { spans } = testBed;
    await spans.waitFor('publish (anonymous)', { count: 2 });

    expect(tenants).toEqual(['acme', 'globex']);
    spans
      .named('publish (anonymous)')
      .at(1)
      .toBeChildOf(spans.named(`process ${queue}`).at(1));
    expect(new Set(spans.each.all.map(({ name }) => name))).toEqual(
      new Set(['POST /orders', `publish ${queue}`, `process ${queue}`, 'publish (anonymous)']),
    );
  });

  it('that fails has the exception on its span; its caller gets what Nest makes of that', async () => {
    const queue = testBed.name();

    @Controller()
    class Orders {
      @MessagePattern('price')
      price(@Ctx() context: RmqContext): never {
        acknowledge(context);
        throw new RangeError('sold out');
      }
    }
    const app = await listen(queue, [Orders], [queue]);
    await expect(firstValueFrom(app.get<ClientRMQ>(queue).send('price', 21))).rejects.toEqual({
      status: 'error',
      message: 'Internal server error',
    });
    for (const name of [`process ${queue}`, 'publish (anonymous)']) await testBed.spans.waitFor(name);

    testBed.spans.named(`process ${queue}`).toHaveFailedWith('RangeError', 'sold out');
  });
});

function acknowledge(context: RmqContext): void {
  context.getChannelRef().ack(context.getMessage());
}

/** A microservice that reads a queue, with clients of queues. */
async function listen(queue: string, controllers: readonly Type[], clients: readonly string[] = []) {
  const urls = [testBed.url];
  const waybill = createWaybill();
  const queueOptions = { durable: false, expires: 60_000 };

  @Module({
    imports: [
      ClientsModule.register(
        clients.map((name) => ({
          name,
          transport: Transport.RMQ,
          options: { urls, queue: name, queueOptions },
        })),
      ),
      WaybillModule.forRoot({ waybill }),
    ],
    controllers: [...controllers],
  })
  class App {}

  const strategy = traceServerRMQ(new ServerRMQ({ urls, queue, queueOptions, noAck: false }), waybill);
  const app = await NestFactory.createMicroservice(App, { strategy, logger: false, abortOnError: false });
  await testBed.opened(app).listen();
  return app;
}
