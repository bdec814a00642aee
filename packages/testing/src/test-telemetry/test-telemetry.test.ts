import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { context, metrics, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { startTestTelemetry, type TestTelemetry, type TestTelemetryOptions } from '../index.ts';

// Taken before anything is registered, as an application's module does.
const early = trace.getTracer('early');
const started: TestTelemetry[] = [];
const ignore = async (): Promise<void> => undefined;

async function start(options?: TestTelemetryOptions): Promise<TestTelemetry> {
  const telemetry = await startTestTelemetry(options);
  started.push(telemetry);
  return telemetry;
}

afterEach(async () => {
  for (const telemetry of started.splice(0).reverse()) await telemetry.shutdown();
});

describe('test telemetry', () => {
  it('records spans of tracers that were taken before it was started', async () => {
    const { spans } = await start();
    early.startSpan('order').end();
    spans.named('order').toBeRoot();
  });

  it('carries the active span over an await', async () => {
    const { spans } = await start();
    const tracer = trace.getTracer('shop');
    await tracer.startActiveSpan('order', async (order) => {
      await setImmediate();
      tracer.startSpan('payment').end();
      order.end();
    });
    spans.named('payment').toBeChildOf(spans.named('order'));
  });

  it('propagates trace context and baggage in the W3C formats', async () => {
    const { tracerProvider } = await start();
    const span = tracerProvider.getTracer('shop').startSpan('order');
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    const headers: Record<string, string> = {};
    propagation.inject(propagation.setBaggage(trace.setSpan(ROOT_CONTEXT, span), baggage), headers);
    const { traceId, spanId } = span.spanContext();
    expect(headers).toEqual({ traceparent: `00-${traceId}-${spanId}-01`, baggage: 'tenant=acme' });
    span.end();
  });

  it('gives the metrics that were recorded, added up', async () => {
    const telemetry = await start({ metrics: true });
    const meter = metrics.getMeter('shop');
    const orders = meter.createCounter('orders', { unit: '{order}', description: 'Orders taken.' });
    const waits = meter.createHistogram('wait', { unit: 's', advice: { explicitBucketBoundaries: [1, 5] } });
    orders.add(2, { tenant: 'acme' });
    waits.record(3);
    waits.record(4);
    expect(await telemetry.metrics()).toEqual([
      {
        name: 'orders',
        unit: '{order}',
        description: 'Orders taken.',
        points: [{ attributes: { tenant: 'acme' }, value: 2, count: undefined, boundaries: undefined }],
      },
      {
        name: 'wait',
        unit: 's',
        description: '',
        points: [{ attributes: {}, value: 7, count: 2, boundaries: [1, 5] }],
      },
    ]);

    orders.add(1, { tenant: 'acme' });
    orders.add(1, { tenant: 'globex' });
    waits.record(2);
    expect(await telemetry.metrics()).toMatchObject([
      {
        name: 'orders',
        points: [
          { attributes: { tenant: 'acme' }, value: 3, count: undefined },
          { attributes: { tenant: 'globex' }, value: 1 },
        ],
      },
      { name: 'wait', points: [{ value: 9, count: 3 }] },
    ]);
  });

  it('gives the last value of a gauge', async () => {
    const telemetry = await start({ metrics: true });
    const depth = metrics.getMeter('shop').createGauge('depth');
    depth.record(5);
    await telemetry.metrics();
    depth.record(2);
    expect(await telemetry.metrics()).toMatchObject([{ name: 'depth', points: [{ value: 2 }] }]);
  });

  it('rejects a call of metrics() if it records none, and names the fix', async () => {
    const telemetry = await start();
    expect(telemetry.meterProvider).toBeUndefined();
    await expect(telemetry.metrics()).rejects.toThrow(
      'TestTelemetry.metrics: metrics are not recorded. Call startTestTelemetry({ metrics: true }).',
    );
  });

  it('forgets spans and metrics when it is reset, and records on', async () => {
    const telemetry = await start({ metrics: true });
    const orders = metrics.getMeter('shop').createCounter('orders');
    trace.getTracer('shop').startSpan('order').end();
    orders.add(1);
    const reset = telemetry.reset();
    telemetry.spans.each.toHaveCount(0);
    await reset;
    expect(await telemetry.metrics()).toEqual([]);

    trace.getTracer('shop').startSpan('order').end();
    telemetry.spans.named('order').toHaveCount(1);
  });

  it('uses the sampler it is given', async () => {
    const { spans } = await start({ sampler: new AlwaysOffSampler() });
    trace.getTracer('shop').startSpan('order').end();
    spans.each.toHaveCount(0);
  });

  it('runs the given span processors before it records', async () => {
    const seen: string[] = [];
    const { spans } = await start({
      spanProcessors: [
        { onStart: () => seen.push(spans.drawing), onEnd: ignore, forceFlush: ignore, shutdown: ignore },
      ],
    });
    trace.getTracer('shop').startSpan('order').end();
    expect(seen).toEqual(['No span was recorded.']);
  });
});

describe('after its shutdown', () => {
  it('nothing is registered if nothing was before', async () => {
    const telemetry = await start({ metrics: true });
    await telemetry.shutdown();
    trace.getTracer('shop').startSpan('order').end();
    telemetry.spans.each.toHaveCount(0);
    expect(metrics.getMeterProvider()).not.toBe(telemetry.meterProvider);
    expect(registered()).toEqual({ context: false, propagation: [] });
  });

  it('what was registered before is registered again', async () => {
    const outer = await start({ metrics: true });
    const inner = await startTestTelemetry({ metrics: true });
    trace.getTracer('shop').startSpan('inner').end();
    metrics.getMeter('shop').createCounter('inner').add(1);
    expect(await inner.metrics()).toMatchObject([{ name: 'inner' }]);
    await inner.shutdown();
    await inner.shutdown();

    trace.getTracer('shop').startSpan('outer').end();
    metrics.getMeter('shop').createCounter('orders').add(1);
    inner.spans.named('inner').toHaveCount(1);
    inner.spans.named('outer').toHaveCount(0);
    outer.spans.named('outer').toHaveCount(1);
    expect(await outer.metrics()).toMatchObject([{ name: 'orders' }]);
    expect(registered()).toEqual({ context: true, propagation: ['traceparent', 'tracestate', 'baggage'] });
  });

  it('other context managers and propagators that were registered before are registered again', async () => {
    context.setGlobalContextManager({
      active: () => ROOT_CONTEXT,
      with: (_context, run, thisArg, ...args) => run.call(thisArg as never, ...args),
      bind: (_context, target) => target,
      enable: jest.fn<() => never>(),
      disable: jest.fn<() => never>(),
    });
    const fields = (): string[] => ['b3'];
    propagation.setGlobalPropagator({ inject: () => undefined, extract: (into) => into, fields });
    const telemetry = await start();
    expect(registered()).toEqual({ context: true, propagation: ['traceparent', 'tracestate', 'baggage'] });

    await telemetry.shutdown();
    expect(registered()).toEqual({ context: false, propagation: ['b3'] });
    context.disable();
    propagation.disable();
  });

  it('span processors are shut down', async () => {
    const shutdown = jest.fn(ignore);
    const processor = { onStart: ignore, onEnd: ignore, forceFlush: ignore, shutdown };
    const telemetry = await start({ spanProcessors: [processor] });
    await telemetry.shutdown();
    expect(shutdown).toHaveBeenCalledTimes(1);
  });

  it('a second call registers nothing again', async () => {
    const outer = await start();
    const inner = await start();
    await inner.shutdown();
    await outer.shutdown();
    await inner.shutdown();
    expect(registered()).toEqual({ context: false, propagation: [] });
  });

  it('a meter provider that it did not replace stays', async () => {
    const outer = await start({ metrics: true });
    const inner = await startTestTelemetry();
    await inner.shutdown();
    metrics.getMeter('shop').createCounter('orders').add(1);
    expect(await outer.metrics()).toMatchObject([{ name: 'orders' }]);
  });

  it('nothing is registered at the end of a block with `await using`', async () => {
    {
      await using telemetry = await startTestTelemetry();
      trace.getTracer('shop').startSpan('order').end();
      telemetry.spans.named('order').toHaveCount(1);
    }
    expect(registered()).toEqual({ context: false, propagation: [] });
  });
});

describe('a package of OpenTelemetry that is not installed', () => {
  it('is sdk-trace of 3.x: spans are recorded with sdk-trace-base of 2.x', async () => {
    leaveOut('@opentelemetry/sdk-trace');
    const { spans } = await start();
    trace.getTracer('shop').startSpan('order').end();
    spans.named('order').toBeRoot();
  });

  it.each<[string, string, TestTelemetryOptions?]>([
    ['sdk-metrics', '@opentelemetry/sdk-metrics', { metrics: true }],
    ['core', '@opentelemetry/core'],
    ['context-async-hooks', '@opentelemetry/context-async-hooks'],
    ['neither SDK', '@opentelemetry/sdk-trace or @opentelemetry/sdk-trace-base'],
  ])('is named in the error: %s', async (_what, names, options = {}) => {
    for (const name of names.split(' or ')) leaveOut(name);
    await expect(startTestTelemetry(options)).rejects.toThrow(
      `@waybill/testing: ${names} is not installed. Add it to the devDependencies.`,
    );
  });
});

/** For the rest of this file. */
function leaveOut(name: string): void {
  jest.unstable_mockModule(name, () => {
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  });
}

/** Whether a context manager is registered, and the headers of the registered propagator. */
function registered(): { context: boolean; propagation: string[] } {
  const probe = Symbol('probe');
  return {
    context: context.with(
      ROOT_CONTEXT.setValue(probe, true),
      () => context.active().getValue(probe) === true,
    ),
    propagation: propagation.fields(),
  };
}
