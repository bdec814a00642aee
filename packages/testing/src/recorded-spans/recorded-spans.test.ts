import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { AlwaysOffSampler, createAlwaysRecordSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { countableIds } from '../../test/countable-ids.ts';
import { recordSpans } from './record-spans.ts';
import type { RecordedSpans } from './recorded-spans.ts';
import { SpanAssertionError } from './span-assertion-error.ts';

const lines = [
  {
    line: '3.x',
    providerFor: (spans: RecordedSpans) =>
      new TracerProvider({ spanProcessors: [spans], idGenerator: countableIds() }),
  },
  {
    line: '2.x',
    providerFor: (spans: RecordedSpans) =>
      new BasicTracerProvider({ spanProcessors: [spans], idGenerator: countableIds() }),
  },
];

describe.each(lines)('recorded spans of OpenTelemetry JS $line', ({ providerFor }) => {
  function record() {
    const spans = recordSpans();
    const tracer = providerFor(spans).getTracer('shop');
    const start = (name: string, options: SpanOptions = {}, parent?: Span): Span =>
      tracer.startSpan(name, options, within(parent));
    return { spans, start };
  }

  it('give every property of a span in one shape', () => {
    const { spans, start } = record();
    const parent = start('send orders', { kind: 3, startTime: [10, 0], attributes: { 'order.count': 2 } });
    const other = start('other', {});
    const child = start(
      'process orders',
      {
        kind: 4,
        startTime: [11, 0],
        links: [{ context: other.spanContext(), attributes: { why: 'batch' } }],
      },
      parent,
    );
    child.setStatus({ code: 2, message: 'no stock' });
    child.addEvent('looked up', { shelf: 7 });
    child.end([11, 250_000_000]);
    parent.end([10, 1_000_000]);

    expect(spans.named('send orders').only).toEqual({
      name: 'send orders',
      kind: 'PRODUCER',
      traceId: '00000000000000000000000000000001',
      spanId: '0000000000000001',
      parentSpanId: undefined,
      attributes: { 'order.count': 2 },
      links: [],
      events: [],
      status: 'UNSET',
      statusMessage: undefined,
      scope: 'shop',
      startTime: 10_000,
      duration: 1,
      ended: true,
    });
    expect(spans.named('process orders').only).toEqual({
      name: 'process orders',
      kind: 'CONSUMER',
      traceId: '00000000000000000000000000000001',
      spanId: '0000000000000003',
      parentSpanId: '0000000000000001',
      attributes: {},
      links: [
        {
          traceId: '00000000000000000000000000000002',
          spanId: '0000000000000002',
          attributes: { why: 'batch' },
        },
      ],
      events: [{ name: 'looked up', attributes: { shelf: 7 } }],
      status: 'ERROR',
      statusMessage: 'no stock',
      scope: 'shop',
      startTime: 11_000,
      duration: 250,
      ended: true,
    });
  });

  it('select spans that have ended, in the order of their starts', () => {
    const { spans, start } = record();
    const first = start('process orders', { attributes: { attempt: 1 } });
    const second = start('process orders', { attributes: { attempt: 2 } });
    start('process orders', { attributes: { attempt: 3 } });
    second.end();
    first.end();

    const processed = spans.named('process orders').toHaveCount(2);
    expect(processed.all.map(({ attributes }) => attributes.attempt)).toEqual([1, 2]);
    processed.at(0).toHaveAttributes({ attempt: 1 });
    processed.at(-1).toHaveAttributes({ attempt: 2 });
    processed.where({ attempt: 2 }).toHaveCount(1).toBeRoot();
    expect(spans.each.count).toBe(2);
  });

  it('keep only sampled spans, as an exporter would get them', () => {
    const spans = recordSpans();
    const provider = new TracerProvider({
      spanProcessors: [spans],
      sampler: createAlwaysRecordSampler(new AlwaysOffSampler()),
    });
    provider.getTracer('shop').startSpan('process orders').end();

    spans.named('process orders').toHaveCount(0);
    expect(spans.drawing).toBe('No span was recorded.');
  });

  it('forget all spans when they are cleared', () => {
    const { spans, start } = record();
    start('process orders').end();
    spans.clear();

    spans.each.toHaveCount(0);
  });

  it('have nothing to flush and can be read after the shutdown', async () => {
    const spans = recordSpans();
    const provider = providerFor(spans);
    provider.getTracer('shop').startSpan('process orders').end();
    await provider.forceFlush();
    await provider.shutdown();

    spans.named('process orders').toBeRoot();
  });
});

describe('waiting for spans', () => {
  it('ends when the last one of them has ended', async () => {
    const { spans, start } = recording();
    start('process orders').end();
    const [second, third] = [start('process orders'), start('process orders')];
    const waiting = spans.waitFor('process orders', { count: 3 });
    start('send orders').end();
    second.end();
    third.end();

    expect((await waiting).count).toBe(3);
  });

  it('ends at once if they have ended', async () => {
    const { spans, start } = recording();
    start('process orders').end();

    (await spans.waitFor('process orders')).toBeRoot();
  });

  it('fails after the timeout, with all that was recorded', async () => {
    const { spans, start } = recording();
    start('send orders').end();
    start('process orders');
    const failure = await spans.waitFor('process orders', { timeout: 1 }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(SpanAssertionError);
    expect((failure as Error).message).toBe(
      `Waited 1 ms for spans named "process orders": 0 of 1 ended.

2 spans in 2 traces recorded:

trace 1 = 00000000000000000000000000000001
  send orders  INTERNAL  span 0000000000000001

trace 2 = 00000000000000000000000000000002
  process orders  INTERNAL  span 0000000000000002  has not ended`,
    );
  });
});

describe('spans of OpenTelemetry JS 1.x', () => {
  it('have a parent and a scope', () => {
    const spans = recordSpans();
    spans.onEnd({
      name: 'process orders',
      kind: 4,
      startTime: [1, 0],
      duration: [0, 5_000_000],
      ended: true,
      status: { code: 0 },
      attributes: {},
      links: [],
      events: [],
      parentSpanId: '00000000000000ab',
      instrumentationLibrary: { name: 'shop' },
      spanContext: (): SpanContext => ({
        traceId: '00000000000000000000000000000001',
        spanId: '0000000000000001',
        traceFlags: 1,
      }),
    });

    expect(spans.named('process orders').only).toMatchObject({
      parentSpanId: '00000000000000ab',
      scope: 'shop',
    });
  });
});

function recording(): { spans: RecordedSpans; start: (name: string) => Span } {
  const spans = recordSpans();
  const provider = new TracerProvider({ spanProcessors: [spans], idGenerator: countableIds() });
  const tracer = provider.getTracer('shop');
  return { spans, start: (name) => tracer.startSpan(name, {}, ROOT_CONTEXT) };
}

function within(parent: Span | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
}
