import { describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { FakeOutgoing, incoming, publishing, traceparent } from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';
import { WaybillError } from '../ground/waybill-error.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { Middleware } from './middleware.ts';

type Direction = 'publish' | 'consume';
const directions: readonly Direction[] = ['publish', 'consume'];

describe.each(directions)('%s middleware', (direction) => {
  it('runs in the order of registration, the first outermost', async () => {
    const { testBed, run } = traffic(direction);
    const order: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      testBed.waybill.use(
        layer(direction, (next) => {
          order.push(`${name} in`);
          const result = next();
          order.push(`${name} out`);
          return result;
        }),
      );
    }

    await run(() => order.push('call'));

    expect(order).toEqual(['a in', 'b in', 'c in', 'call', 'c out', 'b out', 'a out']);
  });

  it('runs in order if it is asynchronous, too', async () => {
    const { testBed, run } = traffic(direction);
    const order: string[] = [];
    for (const name of ['a', 'b']) {
      testBed.waybill.use(
        layer(direction, async (next) => {
          await undefined;
          order.push(`${name} in`);
          await next();
          order.push(`${name} out`);
        }),
      );
    }

    await run(async () => order.push('call'));

    expect(order).toEqual(['a in', 'b in', 'call', 'b out', 'a out']);
  });

  it('does not change the result, whatever it returns', async () => {
    const { testBed, run } = traffic(direction);
    const result = { ids: [1] };
    testBed.waybill.use(
      layer(direction, (next) => {
        next();
        return 'mine';
      }),
    );
    testBed.waybill.use(
      layer(direction, async (next) => {
        await next();
        return 'mine';
      }),
    );

    expect(await run(async () => result)).toBe(result);
  });

  it('sees the error and passes on the same object', async () => {
    const { testBed, run } = traffic(direction);
    const error = new Error('no');
    const seen: unknown[] = [];
    testBed.waybill.use(
      layer(direction, async (next) => {
        try {
          await next();
        } catch (caught) {
          seen.push(caught);
          throw caught;
        }
      }),
    );

    await expect(run(async () => Promise.reject(error))).rejects.toBe(error);
    await expect(
      run(async () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(seen).toEqual([error, error]);
  });

  it.each<[string, (next: () => unknown, error: Error) => unknown]>([
    [
      'before next',
      (_next, error) => {
        throw error;
      },
    ],
    [
      'after next',
      (next, error) => {
        next();
        throw error;
      },
    ],
    ['asynchronously before next', (_next, error) => Promise.reject(error)],
    [
      'asynchronously after next',
      async (next, error) => {
        await next();
        throw error;
      },
    ],
  ])('passes on what it throws %s as it is', async (_when, run) => {
    const { testBed, run: call } = traffic(direction);
    const error = new Error('not allowed');
    testBed.waybill.use(layer(direction, (next) => run(next, error)));

    const thrown = await Promise.resolve()
      .then(() => call(async () => 'done'))
      .catch((caught: unknown) => caught);

    expect(thrown).toBe(error);
  });

  it('may swallow an error; the result is then undefined', async () => {
    const { testBed, run } = traffic(direction);
    testBed.waybill.use(
      layer(direction, async (next) => {
        try {
          return await next();
        } catch {
          return 'mine';
        }
      }),
    );

    await expect(run(async () => Promise.reject(new Error('no')))).resolves.toBeUndefined();
    await expect(run(async () => 'done')).resolves.toBe('done');
  });

  it('may not wait for next; the caller still waits for the call', async () => {
    const { testBed, run } = traffic(direction);
    const order: string[] = [];
    testBed.waybill.use(
      layer(direction, async (next) => {
        next();
        order.push('middleware done');
      }),
    );

    const result = await run(async () => {
      await new Promise(setImmediate);
      order.push('call done');
      return 'result';
    });

    expect([...order, result]).toEqual(['middleware done', 'call done', 'result']);
  });

  it('is named in the error if it calls next twice', async () => {
    const { testBed, run } = traffic(direction);
    let calls = 0;
    testBed.waybill.use({
      name: 'retrier',
      [direction]: async (_call: unknown, next: () => unknown) => {
        await next();
        await next();
      },
    });

    await expect(
      run(async () => {
        calls += 1;
      }),
    ).rejects.toMatchObject({
      code: 'WAYBILL_MIDDLEWARE_NEXT_TWICE',
      message:
        'Middleware "retrier" called next() twice. Call it once: every call is a delivery of the same messages. [WAYBILL_MIDDLEWARE_NEXT_TWICE]',
    });
    expect(calls).toBe(1);
  });

  it('cannot call next after it was done', async () => {
    const { testBed, run } = traffic(direction);
    let late: (() => unknown) | undefined;
    let calls = 0;
    testBed.waybill.use(
      layer(direction, (next) => {
        late = next;
      }),
    );

    await Promise.resolve()
      .then(() =>
        run(async () => {
          calls += 1;
        }),
      )
      .catch(() => undefined);

    expect(late).toThrow(WaybillError);
    expect(late).toThrow('Middleware "#1" called next() after it was done.');
    expect(calls).toBe(0);
  });

  it.each<[string, Middleware, string]>([
    ['its name', { name: 'tenant', ...skipping(direction) }, 'tenant'],
    ['the name of its function', { [direction]: function watchTenants() {} }, 'watchTenants'],
    ['its number', skipping(direction), '#2'],
  ])('is called by %s', async (_by, middleware, name) => {
    const { testBed, run } = traffic(direction);
    testBed.waybill.use(layer(direction, (next) => next())).use(middleware);

    const told = await Promise.resolve()
      .then(() => run(async () => 'done'))
      .then(
        () => testBed.span('process orders').attributes['waybill.skipped_by'],
        (error: Error) => error.message,
      );

    expect(told).toContain(name);
  });

  it('keeps its `this`', async () => {
    const { testBed, run } = traffic(direction);
    class Counter {
      #calls = 0;
      publish(_call: unknown, next: () => unknown): unknown {
        this.#calls += 1;
        return next();
      }
      consume(_call: unknown, next: () => unknown): unknown {
        return this.publish(_call, next);
      }
      get calls(): number {
        return this.#calls;
      }
    }
    const counter = new Counter();
    testBed.waybill.use(counter);

    await run(async () => 'done');

    expect(counter.calls).toBe(1);
  });

  it('sees all messages of a batch at once', async () => {
    const { testBed, run } = traffic(direction, ['orders', 'reports', 'orders']);
    const seen: unknown[] = [];
    testBed.waybill.use({
      [direction](
        call: { system: string; batch: boolean; messages: readonly { queueKey: string }[] },
        next: () => unknown,
      ) {
        seen.push([call.system, call.batch, call.messages.map(({ queueKey }) => queueKey)]);
        return next();
      },
    });

    await run(async () => 'done');

    expect(seen).toEqual([['fake', true, ['orders', 'reports', 'orders']]]);
  });

  it('registered for a pattern sees only the messages of matching queues', async () => {
    const { testBed, run } = traffic(direction, ['orders', 'reports.eu', 'orders', 'reports.us']);
    const seen: Record<string, string[]> = {};
    for (const pattern of ['orders', 'reports.*', 'fake:orders', 'kafka:orders', 'nothing']) {
      testBed.waybill.use(pattern, {
        [direction](call: { messages: readonly { queueKey: string }[] }, next: () => unknown) {
          seen[pattern] = call.messages.map(({ queueKey }) => queueKey);
          return next();
        },
      });
    }

    await run(async () => 'done');

    expect(seen).toEqual({
      orders: ['orders', 'orders'],
      'reports.*': ['reports.eu', 'reports.us'],
      'fake:orders': ['orders', 'orders'],
    });
  });

  it('runs once for 10,000 messages', async () => {
    const { testBed, run } = traffic(
      direction,
      Array.from({ length: 10_000 }, () => 'orders'),
    );
    const depths: number[] = [];
    Error.stackTraceLimit = 1_000;
    for (let count = 0; count < 3; count++) {
      testBed.waybill.use(
        layer(direction, (next) => {
          depths.push(new Error().stack?.split('\n').length ?? 0);
          return next();
        }),
      );
    }

    try {
      await run(async () => 'done');
    } finally {
      Error.stackTraceLimit = 10;
    }

    expect(depths).toHaveLength(3);
    expect(Math.max(...depths)).toBeLessThan(100);
  });
});

describe('publish middleware', () => {
  it('that does not call next fails with an error that names it, and sends nothing', () => {
    const testBed = setUp();
    let sent = 0;
    testBed.waybill.use({ name: 'gate', publish: () => undefined });
    const publish = (): unknown =>
      testBed.instrumenter.publish(
        publishing([new FakeOutgoing()], { completes: 'sync', invoke: () => (sent += 1) }),
      );

    expect(publish).toThrow(
      'Publish middleware "gate" did not call next(), so nothing was sent. Call it, or throw an error that says why not.',
    );
    expect(publish).toThrow(WaybillError);
    expect(sent).toBe(0);
    expect(testBed.spans).toEqual([]);
  });

  it('that does not call next rejects if it is asynchronous', async () => {
    const testBed = setUp();
    testBed.waybill.use({ name: 'gate', publish: async () => undefined });

    await expect(testBed.instrumenter.publish(publishing([new FakeOutgoing()]))).rejects.toMatchObject({
      code: 'WAYBILL_MIDDLEWARE_WITHOUT_NEXT',
    });
  });

  it.each(['sync', 'callback'] as const)(
    'that is asynchronous fails a %s call with an error that names it',
    (completes) => {
      const testBed = setUp();
      testBed.waybill.use({ name: 'lookup', publish: async (_call, next) => next() });
      const publish = (): unknown =>
        testBed.instrumenter.publish(publishing([new FakeOutgoing()], { completes, invoke: () => true }));

      expect(publish).toThrow(
        'Middleware "lookup" is asynchronous, but this client answers at once. Make its function synchronous, or register it for other queues only.',
      );
      expect(publish).toThrow(WaybillError);
    },
  );

  it('leaves a synchronous call synchronous', () => {
    const testBed = setUp();
    testBed.waybill.use({ publish: (_call, next) => next() });

    expect(
      testBed.instrumenter.publish(
        publishing([new FakeOutgoing()], { completes: 'sync', invoke: () => false }),
      ),
    ).toBe(false);
  });

  it.each(['sync', 'callback'] as const)(
    'hands on a promise that a %s call answers with',
    async (completes) => {
      const testBed = setUp();
      testBed.waybill.use({ publish: (_call, next) => next() });
      const call = { completes, invoke: async () => 'sent' };

      await expect(testBed.instrumenter.publish(publishing([new FakeOutgoing()], call))).resolves.toBe(
        'sent',
      );
    },
  );

  it('may throw undefined', async () => {
    const testBed = setUp();
    const nothing: unknown = undefined;
    testBed.waybill.use({
      publish() {
        throw nothing;
      },
    });

    await expect(testBed.instrumenter.publish(publishing([new FakeOutgoing()]))).rejects.toBeUndefined();
  });

  it('runs before the span and the injection: headers and baggage that it sets travel', async () => {
    const testBed = setUp();
    const message = new FakeOutgoing();
    const active: unknown[] = [];
    testBed.waybill.use({
      publish(call, next) {
        active.push(trace.getActiveSpan(), call.messages[0]?.headers.get('traceparent'));
        for (const each of call.messages) each.headers.set('x-tenant', 'acme');
        const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
        return context.with(propagation.setBaggage(context.active(), baggage), next);
      },
    });

    await testBed.instrumenter.publish(publishing([message]));

    expect(active).toEqual([undefined, undefined]);
    expect(message.carrier).toMatchObject({ 'x-tenant': 'acme', baggage: 'tenant.id=acme' });
  });

  it('may run a call inside its own span', async () => {
    const testBed = setUp();
    testBed.waybill.use({ publish: (_call, next) => testBed.within('audit', next) });

    await testBed.instrumenter.publish(publishing([new FakeOutgoing()]));

    expect(testBed.span('send orders').parentSpanContext?.spanId).toBe(
      testBed.span('audit').spanContext().spanId,
    );
  });
});

describe('consume middleware', () => {
  it("runs inside the message's span and context", () => {
    const testBed = setUp();
    const seen: unknown[] = [];
    testBed.waybill.use({
      consume(_delivery, next) {
        seen.push(trace.getActiveSpan(), propagation.getActiveBaggage()?.getEntry('tenant.id')?.value);
        return next();
      },
    });

    process(testBed, [incoming({ headers: { traceparent: traceparent(), baggage: 'tenant.id=acme' } })]);

    expect(seen).toEqual([testBed.span('process orders'), 'acme']);
  });

  it('that does not call next skips the handler, and is named on the span', () => {
    const testBed = setUp();
    let handled = 0;
    testBed.waybill.use({ name: 'dedupe', consume: () => 'mine' });

    const result = process(testBed, [incoming()], () => (handled += 1));

    expect([handled, result]).toEqual([0, undefined]);
    expect(testBed.span('process orders').attributes['waybill.skipped_by']).toBe('dedupe');
    expect(testBed.span('process orders')).toMatchObject({ ended: true, status: { code: 0 } });
  });

  it('is not named on the span if the handler ran', () => {
    const testBed = setUp();
    testBed.waybill.use({ name: 'watch', consume: (_delivery, next) => next() });

    process(testBed, [incoming()]);

    expect(testBed.span('process orders').attributes).not.toHaveProperty('waybill.skipped_by');
  });

  it('leaves a synchronous handler synchronous', () => {
    const testBed = setUp();
    testBed.waybill.use({ consume: (_delivery, next) => next() });

    expect(process(testBed, [incoming()], () => 7)).toBe(7);
  });

  it('that throws fails the span, with its error', () => {
    const testBed = setUp();
    const error = new RangeError('not allowed');
    testBed.waybill.use({
      consume() {
        throw error;
      },
    });

    expect(() => process(testBed, [incoming()])).toThrow(error);
    expect(testBed.span('process orders')).toMatchObject({
      ended: true,
      status: { code: 2, message: 'not allowed' },
      attributes: { 'error.type': 'RangeError' },
    });
  });

  it('that swallows the error of the handler leaves the span without one', async () => {
    const testBed = setUp();
    testBed.waybill.use({
      consume: async (_delivery, next) => {
        await Promise.resolve(next()).catch(() => undefined);
      },
    });

    await process(testBed, [incoming()], async () => Promise.reject(new Error('no')));

    expect(testBed.span('process orders')).toMatchObject({ ended: true, status: { code: 0 } });
  });

  it('that is added later sees later deliveries', () => {
    const testBed = setUp();
    const seen: unknown[] = [];
    process(testBed, [incoming({ id: 'a' })]);
    testBed.waybill.use({
      consume(delivery, next) {
        seen.push(...delivery.messages.map(({ id }) => id));
        return next();
      },
    });
    process(testBed, [incoming({ id: 'b' })]);

    expect(seen).toEqual(['b']);
  });
});

/** A call of one direction, with messages of these queue keys, around what a test wants to be called. */
function traffic(
  direction: Direction,
  queueKeys: readonly string[] = ['orders'],
): { readonly testBed: TestBed; readonly run: <R>(call: () => R) => R } {
  const testBed = setUp();
  const batch = queueKeys.length > 1;
  if (direction === 'publish') {
    const messages = queueKeys.map((destination) => new FakeOutgoing({ destination }));
    return {
      testBed,
      run: (invoke) => testBed.instrumenter.publish(publishing(messages, { batch, invoke })),
    };
  }
  const messages = queueKeys.map((destination) => incoming({ destination }));
  return { testBed, run: (handler) => testBed.instrumenter.process({ messages, batch }, handler) };
}

function layer(direction: Direction, run: (next: () => unknown) => unknown): Middleware {
  return { [direction]: (_call: unknown, next: () => unknown) => run(next) };
}

function skipping(direction: Direction): Middleware {
  return { [direction]: () => undefined };
}

function process<R = undefined>(
  testBed: TestBed,
  messages: readonly IncomingMessage[],
  handler?: () => R,
): R {
  return testBed.instrumenter.process(
    { messages, batch: messages.length > 1 },
    handler ?? (() => undefined as R),
  );
}
