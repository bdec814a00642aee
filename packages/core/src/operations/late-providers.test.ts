import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { FakeOutgoing, incoming, publishing, traceparent } from '../../test/fake-messages.ts';
import { fakeProfile, ManualReader, processor } from '../../test/telemetry-lab.ts';
import { portOf } from '../adapter.ts';
import { createWaybill } from '../index.ts';
import type { Port } from '../seam/instrumenter.ts';

const stop = (): void => {
  trace.disable();
  metrics.disable();
};

beforeEach(() => {
  stop();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});
afterEach(stop);

describe('a port is idle', () => {
  beforeEach(() => context.disable());

  it('with neither an SDK nor middleware, until either is there', () => {
    const waybill = createWaybill();
    const port = portOf(waybill, fakeProfile);
    expect(port.isIdle).toBe(true);

    startTracing();
    expect(port.isIdle).toBe(false);
    stop();
    expect(port.isIdle).toBe(true);
    startMetrics();
    expect(port.isIdle).toBe(false);
    stop();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    expect(port.isIdle).toBe(false);
    context.disable();
    expect(port.isIdle).toBe(true);
    waybill.use({ consume: (_delivery, next) => next() });
    expect(port.isIdle).toBe(false);
  });

  it('never with providers of its own', () => {
    const tracerProvider = new TracerProvider();
    const meterProvider = new MeterProvider();

    expect(portOf(createWaybill({ tracerProvider }), fakeProfile).isIdle).toBe(false);
    expect(portOf(createWaybill({ meterProvider }), fakeProfile).isIdle).toBe(false);
  });
});

describe('an SDK that starts after the application made its clients', () => {
  it('records what happens from then on', () => {
    const port = portOf(createWaybill(), fakeProfile);
    handle(port);
    const spans = startTracing();
    expect(spans).toEqual([]);

    handle(port);

    expect(spans).toMatchObject([
      { name: 'process orders', instrumentationScope: { name: '@waybill/fake', version: '1.2.3' } },
    ]);
  });

  it('gets the metrics from then on', async () => {
    const port = portOf(createWaybill(), fakeProfile);
    handle(port);
    const reader = startMetrics();

    handle(port);

    expect((await reader.read('messaging.client.consumed.messages')).points).toMatchObject([{ value: 1 }]);
  });

  it('may be another than the one before', async () => {
    const port = portOf(createWaybill(), fakeProfile);
    const first = startTracing();
    const firstReader = startMetrics();
    handle(port);
    stop();
    handle(port);
    const second = startTracing();
    const secondReader = startMetrics();
    handle(port);
    handle(port);

    expect(first).toHaveLength(1);
    expect(second).toHaveLength(2);
    const consumed = async (reader: ManualReader): Promise<unknown> =>
      (await reader.read('messaging.client.consumed.messages')).points[0]?.value;
    expect(await consumed(firstReader)).toBe(1);
    expect(await consumed(secondReader)).toBe(2);
  });

  it('between two calls of a handler leaves the message under way as it is', async () => {
    const port = portOf(createWaybill(), fakeProfile);
    const gate = Promise.withResolvers<string>();
    const handled = port.process({ messages: [incoming()], batch: false }, () => gate.promise);
    const spans = startTracing();
    gate.resolve('done');

    expect(await handled).toBe('done');
    expect(spans).toEqual([]);
  });
});

describe('without an SDK', () => {
  it('a trace goes on through the process', async () => {
    const port = portOf(createWaybill(), fakeProfile);
    const forwarded = new FakeOutgoing();
    const arrived = incoming({ headers: { traceparent: traceparent() } });

    await port.process({ messages: [arrived], batch: false }, () => port.publish(publishing([forwarded])));

    expect(forwarded.headers.traceparent).toBe(traceparent());
  });

  it('nothing is written where no trace came in', async () => {
    const port = portOf(createWaybill(), fakeProfile);
    const message = new FakeOutgoing();

    await port.process({ messages: [incoming()], batch: false }, () => port.publish(publishing([message])));

    expect(message.headers).toEqual({});
  });

  it('a message keeps the headers that it has', async () => {
    const port = portOf(createWaybill(), fakeProfile);
    const headers = { traceparent: 'no', tracestate: 'a=1', waybill: 'no' };
    const message = new FakeOutgoing({ headers });

    await port.publish(publishing([message]));

    expect(message.headers).toEqual(headers);
  });
});

describe('providers of the application’s own', () => {
  it('win over the global ones', () => {
    const globalSpans = startTracing();
    const own: ReadableSpan[] = [];
    const tracerProvider = new TracerProvider({
      spanProcessors: [processor({ onStart: (span) => own.push(span) })],
    });

    handle(portOf(createWaybill({ tracerProvider }), fakeProfile));

    expect(own).toHaveLength(1);
    expect(globalSpans).toEqual([]);
  });
});

function handle(port: Port): void {
  port.process({ messages: [incoming()], batch: false }, () => undefined);
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
