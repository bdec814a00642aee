import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, propagation, type SpanContext, trace } from '@opentelemetry/api';
import { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { FakeOutgoing, incoming, publishing, traceparent, waybillHeader } from '../test/fake-messages.ts';
import { setUp, type TestBed } from '../test/test-bed.ts';
import { JourneySpanProcessor, processMessage } from './index.ts';

const journey = 'c'.repeat(32);
const headers = { traceparent: traceparent(), waybill: waybillHeader(1_000, { journey }) };

let exporter: InMemorySpanExporter;
let tracerProvider: TracerProvider;
let testBed: TestBed;

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  tracerProvider = new TracerProvider({
    spanProcessors: [new JourneySpanProcessor(), new BatchSpanProcessor({ exporter })],
  });
  testBed = setUp({ tracerProvider });
});
afterEach(() => tracerProvider.shutdown());

describe('the journey span processor', () => {
  it('sets the journey on every span inside a handler, also on nested, late and root spans', async () => {
    await handle(async () => {
      span('database');
      await Promise.resolve();
      const outer = tracer().startSpan('outer');
      context.with(trace.setSpan(context.active(), outer), () => span('inner'));
      outer.end();
      span('root', { root: true });
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
      context.with(propagation.setBaggage(context.active(), baggage), () => span('with baggage'));
      testBed.instrumenter.publish(publishing([new FakeOutgoing({ destination: 'invoices' })]));
    });

    expect(await journeys()).toEqual({
      database: journey,
      outer: journey,
      inner: journey,
      root: journey,
      'with baggage': journey,
      'send invoices': journey,
      'process orders': journey,
    });
  });

  it('adds nothing to a span outside of handlers', async () => {
    span('before');
    await handle(() => Promise.resolve());
    span('after');

    expect(await journeys()).toEqual({ before: undefined, 'process orders': journey, after: undefined });
  });

  it("keeps the journeys of a batch's messages apart", async () => {
    const natives = [{}, {}];
    const messages = natives.map((native, index) =>
      incoming({
        native,
        headers: {
          traceparent: traceparent(),
          waybill: waybillHeader(1_000, { journey: `${index + 1}`.repeat(32) }),
        },
      }),
    );
    testBed.instrumenter.process({ messages, batch: true }, () => {
      for (const [index, native] of natives.entries()) processMessage(native, () => span(`work ${index}`));
    });

    expect(await journeys()).toMatchObject({ 'work 0': '1'.repeat(32), 'work 1': '2'.repeat(32) });
  });

  it('does nothing else, and never throws', async () => {
    const processor = new JourneySpanProcessor();
    const broken = {
      getValue() {
        throw new Error('no');
      },
    };

    expect(() => processor.onStart(tracer().startSpan('x'), broken as never)).not.toThrow();
    expect(processor.onEnd()).toBeUndefined();
    await expect(processor.forceFlush()).resolves.toBeUndefined();
    await expect(processor.shutdown()).resolves.toBeUndefined();
  });
});

function handle(handler: () => Promise<void>): Promise<void> {
  return testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, handler);
}

function tracer(): ReturnType<TracerProvider['getTracer']> {
  return tracerProvider.getTracer('application');
}

function span(name: string, options = {}): SpanContext {
  const started = tracer().startSpan(name, options);
  started.end();
  return started.spanContext();
}

/** The journey that each exported span names, by the span's name. */
async function journeys(): Promise<Record<string, unknown>> {
  await tracerProvider.forceFlush();
  return Object.fromEntries(
    exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes['waybill.journey.id']]),
  );
}
