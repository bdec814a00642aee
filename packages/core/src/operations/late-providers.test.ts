import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { FakeOutgoing, incoming, publishing, traceparent } from '../../test/fake-messages.ts';
import { fakeAdapter, ManualReader, processor } from '../../test/test-bed.ts';
import { instrumenterOf } from '../adapter.ts';
import { createWaybill } from '../index.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';

const stop = (): void => {
  trace.disable();
  metrics.disable();
};

beforeEach(() => {
  stop();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});
afterEach(stop);

describe('an instrumenter is idle', () => {
  beforeEach(() => context.disable());

  it('without an SDK and middleware, until there is one', () => {
    const waybill = createWaybill();
    const instrumenter = instrumenterOf(waybill, fakeAdapter);
    expect(instrumenter.isIdle).toBe(true);
    expect(instrumenter.hasConsumeMiddleware).toBe(false);

    startTracing();
    expect(instrumenter.isIdle).toBe(false);
    stop();
    expect(instrumenter.isIdle).toBe(true);
    startMetrics();
    expect(instrumenter.isIdle).toBe(false);
    stop();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    expect(instrumenter.isIdle).toBe(false);
    context.disable();
    expect(instrumenter.isIdle).toBe(true);
    waybill.use({ consume: (_delivery, next) => next() });
    expect(instrumenter.isIdle).toBe(false);
  });

  it('never if the Waybill has its own providers', () => {
    const tracerProvider = new TracerProvider();
    const meterProvider = new MeterProvider();

    expect(instrumenterOf(createWaybill({ tracerProvider }), fakeAdapter).isIdle).toBe(false);
    expect(instrumenterOf(createWaybill({ meterProvider }), fakeAdapter).isIdle).toBe(false);
  });
});

describe('an SDK that starts after the application made its clients', () => {
  it('records later messages', () => {
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    handle(instrumenter);
    const spans = startTracing();
    expect(spans).toEqual([]);

    handle(instrumenter);

    expect(spans).toMatchObject([
      { name: 'process orders', instrumentationScope: { name: '@waybill/fake', version: '1.2.3' } },
    ]);
  });

  it('gets later metrics', async () => {
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    handle(instrumenter);
    const reader = startMetrics();

    handle(instrumenter);

    expect((await reader.read('messaging.client.consumed.messages')).points).toMatchObject([{ value: 1 }]);
  });

  it('may replace an earlier one', async () => {
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    const first = startTracing();
    const firstReader = startMetrics();
    handle(instrumenter);
    stop();
    handle(instrumenter);
    const second = startTracing();
    const secondReader = startMetrics();
    handle(instrumenter);
    handle(instrumenter);

    expect(first).toHaveLength(1);
    expect(second).toHaveLength(2);
    const consumed = async (reader: ManualReader): Promise<unknown> =>
      (await reader.read('messaging.client.consumed.messages')).points[0]?.value;
    expect(await consumed(firstReader)).toBe(1);
    expect(await consumed(secondReader)).toBe(2);
  });

  it('between two calls does not change the message in progress', async () => {
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    const gate = Promise.withResolvers<string>();
    const handled = instrumenter.process({ messages: [incoming()], batch: false }, () => gate.promise);
    const spans = startTracing();
    gate.resolve('done');

    expect(await handled).toBe('done');
    expect(spans).toEqual([]);
  });
});

describe('without an SDK', () => {
  it('a trace that came in is passed on', async () => {
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    const forwarded = new FakeOutgoing();
    const arrived = incoming({ headers: { traceparent: traceparent() } });

    await instrumenter.process({ messages: [arrived], batch: false }, () =>
      instrumenter.publish(publishing([forwarded])),
    );

    expect(forwarded.carrier.traceparent).toBe(traceparent());
  });

  it('nothing is written if no trace came in', async () => {
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    const message = new FakeOutgoing();

    await instrumenter.process({ messages: [incoming()], batch: false }, () =>
      instrumenter.publish(publishing([message])),
    );

    expect(message.carrier).toEqual({});
  });

  it('a message keeps the headers that it has', async () => {
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    const headers = { traceparent: 'no', tracestate: 'a=1', waybill: 'no' };
    const message = new FakeOutgoing({ headers });

    await instrumenter.publish(publishing([message]));

    expect(message.carrier).toEqual(headers);
  });
});

describe('providers of the application’s own', () => {
  it('are used instead of the global ones', () => {
    const globalSpans = startTracing();
    const own: ReadableSpan[] = [];
    const tracerProvider = new TracerProvider({
      spanProcessors: [processor({ onStart: (span) => own.push(span) })],
    });

    handle(instrumenterOf(createWaybill({ tracerProvider }), fakeAdapter));

    expect(own).toHaveLength(1);
    expect(globalSpans).toEqual([]);
  });
});

function handle(instrumenter: Instrumenter): void {
  instrumenter.process({ messages: [incoming()], batch: false }, () => undefined);
}

function startTracing(): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const onStart = (span: ReadableSpan): number => spans.push(span);
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor({ onStart })] }));
  return spans;
}

function startMetrics(): ManualReader {
  const reader = new ManualReader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return reader;
}
