import { describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { incoming, traceparent } from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import type { OpenDelivery } from '../../seam/instrumenter.ts';

describe('a handler', () => {
  it('runs inside the span, with the baggage, and the span ends when it returns', () => {
    const testBed = setUp();
    const seen: unknown[] = [];

    const result = process(testBed, () => {
      seen.push(trace.getActiveSpan(), propagation.getActiveBaggage()?.getEntry('tenant.id')?.value);
      seen.push(testBed.span('process orders').ended);
      return 7;
    });

    expect(result).toBe(7);
    expect(seen).toEqual([testBed.span('process orders'), 'acme', false]);
    expect(testBed.span('process orders').ended).toBe(true);
  });

  it('that is asynchronous keeps the context, and the span until it settles', async () => {
    const testBed = setUp();
    const seen: unknown[] = [];

    const result = await process(testBed, async () => {
      await new Promise(setImmediate);
      seen.push(trace.getActiveSpan(), testBed.span('process orders').ended);
      return { ok: true };
    });

    expect(result).toEqual({ ok: true });
    expect(seen).toEqual([testBed.span('process orders'), false]);
    expect(testBed.span('process orders').ended).toBe(true);
  });

  it('that throws or rejects fails the span, and its caller gets the same error', async () => {
    const testBed = setUp();
    const error = new RangeError('bad order');

    const caught = caughtFrom(() =>
      process(testBed, () => {
        throw error;
      }),
    );
    await expect(process(testBed, () => Promise.reject(error))).rejects.toBe(error);

    expect(caught).toEqual([error]);
    for (const span of testBed.spans) {
      expect(span).toMatchObject({
        ended: true,
        status: { code: 2, message: 'bad order' },
        attributes: { 'error.type': 'RangeError' },
        events: [{ name: 'exception' }],
      });
    }
  });

  it('may return a thenable: the span ends when it settles', async () => {
    const testBed = setUp();
    let settle: (rows: string) => void = () => undefined;
    const rows = new Promise<string>((resolve) => {
      settle = resolve;
    });
    const foreign = lazyQuery(() => undefined, rows);

    const result = process(testBed, () => foreign);
    expect(testBed.span('process orders').ended).toBe(false);
    settle('done');

    expect(await result).toBe('done');
    expect(testBed.span('process orders').ended).toBe(true);
  });

  it('may return a lazy thenable, such as a query, which is started once, inside the span', async () => {
    const testBed = setUp();
    const started: unknown[] = [];

    const result = await process(testBed, () => lazyQuery(() => started.push(trace.getActiveSpan())));

    expect(result).toBe('rows');
    expect(started).toEqual([testBed.span('process orders')]);
  });

  it('may return a lazy thenable that fails to start', async () => {
    const testBed = setUp();
    const error = new Error('no connection');
    const query = lazyQuery(() => {
      throw error;
    });

    await expect((async () => process(testBed, () => query))()).rejects.toBe(error);
    expect(testBed.span('process orders')).toMatchObject({
      ended: true,
      status: { message: 'no connection' },
    });
  });

  it('leaves the context as it was, however it ends', async () => {
    const testBed = setUp();
    const before = context.active();

    process(testBed, () => undefined);
    expect(context.active()).toBe(before);
    caughtFrom(() =>
      process(testBed, () => {
        throw new Error('no');
      }),
    );
    expect(context.active()).toBe(before);
    const pending = process(testBed, async () => {
      await undefined;
    });
    expect(context.active()).toBe(before);
    await pending;
    expect(context.active()).toBe(before);
  });

  it('does not share its context with handlers that run meanwhile', async () => {
    const testBed = setUp();
    const handle = async (tenant: string): Promise<unknown> =>
      testBed.instrumenter.process(
        { messages: [incoming({ headers: { baggage: `tenant.id=${tenant}` } })], batch: false },
        async () => {
          for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
          return propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
        },
      );

    const tenants = Array.from({ length: 50 }, (_, index) => `t${index}`);

    expect(await Promise.all(tenants.map(handle))).toEqual(tenants);
  });
});

describe('a delivery that is opened and ended', () => {
  it('lasts until its end is reported', () => {
    const testBed = setUp();
    const delivery = open(testBed);
    const span = testBed.span('process orders');

    expect(delivery.run(() => trace.getActiveSpan())).toBe(span);
    expect(trace.getSpan(delivery.context)).toBe(span);
    expect(span.ended).toBe(false);
    delivery.end();

    expect(span).toMatchObject({ ended: true, status: { code: 0 } });
  });

  it('ends once, with the first end', async () => {
    const testBed = setUp();
    const delivery = open(testBed);

    delivery.end({ error: new Error('channel closed') });
    delivery.end();
    delivery.end({ error: new Error('again') });

    expect(testBed.span('process orders').status.message).toBe('channel closed');
    expect((await testBed.metric('messaging.process.duration')).points).toMatchObject([
      { value: { count: 1 } },
    ]);
  });

  it('may fail with undefined', () => {
    const testBed = setUp();

    open(testBed).end({ error: undefined });

    expect(testBed.span('process orders').status.code).toBe(2);
  });

  it('returns and throws what its handler does, and stays open', () => {
    const testBed = setUp();
    const delivery = open(testBed);
    const error = new Error('no');

    expect(delivery.run(() => 5)).toBe(5);
    expect(
      caughtFrom(() =>
        delivery.run(() => {
          throw error;
        }),
      ),
    ).toEqual([error]);
    expect(testBed.span('process orders').ended).toBe(false);
  });

  it('runs the consume middleware around the handler', () => {
    const testBed = setUp();
    const order: string[] = [];
    testBed.waybill.use({
      consume(_delivery, next) {
        order.push('middleware');
        return next();
      },
    });

    open(testBed).run(() => order.push('handler'));

    expect(order).toEqual(['middleware', 'handler']);
  });

  it('leaves the context as it was between its parts', () => {
    const testBed = setUp();
    const before = context.active();

    const delivery = open(testBed);
    expect(context.active()).toBe(before);
    delivery.run(() => undefined);
    expect(context.active()).toBe(before);
    delivery.end();
    expect(context.active()).toBe(before);
  });
});

/** Does nothing until somebody waits for it, as the queries of many database clients. */
function lazyQuery(start: () => unknown, rows: Promise<string> = Promise.resolve('rows')): Promise<string> {
  const wait: Promise<string>['then'] = (...callbacks) => {
    start();
    return rows.then(...callbacks);
  };
  return Object.defineProperty({}, 'then', { value: wait }) as Promise<string>;
}

function process<R>(testBed: TestBed, handler: () => R): R {
  const headers = { traceparent: traceparent(), baggage: 'tenant.id=acme' };
  return testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, handler);
}

function open(testBed: TestBed): OpenDelivery {
  return testBed.instrumenter.open({
    messages: [incoming({ headers: { traceparent: traceparent() } })],
    batch: false,
  });
}

function caughtFrom(run: () => unknown): [unknown] | [] {
  try {
    run();
    return [];
  } catch (error) {
    return [error];
  }
}
