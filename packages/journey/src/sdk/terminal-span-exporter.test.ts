import { describe, expect, it } from '@jest/globals';
import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { TerminalSpanExporter, type TerminalSpanExporterOptions } from './terminal-span-exporter.ts';

function exporterOf(options: TerminalSpanExporterOptions = {}) {
  const written: string[] = [];
  const exporter = new TerminalSpanExporter({ write: (text) => written.push(text), ...options });
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  return { written, provider, tracer: provider.getTracer('test') };
}

describe('TerminalSpanExporter', () => {
  it('draws the two traces of a link as one journey when the SDK is shut down', async () => {
    const { written, provider, tracer } = exporterOf();
    const send = tracer.startSpan('send orders', { kind: SpanKind.PRODUCER }, ROOT_CONTEXT);
    send.end();
    const process = tracer.startSpan(
      'process orders',
      { kind: SpanKind.CONSUMER, links: [{ context: send.spanContext() }] },
      ROOT_CONTEXT,
    );
    const inside: Context = trace.setSpan(ROOT_CONTEXT, process);
    context.with(inside, () => tracer.startSpan('ship', {}, inside).end());
    process.setStatus({ code: SpanStatusCode.ERROR }).end();
    await provider.forceFlush();
    expect(written).toEqual([]);

    await provider.shutdown();

    expect(written).toHaveLength(1);
    expect(written[0]).toContain('2 traces · 3 spans · 1 hop');
    expect(written[0]).toMatch(/send orders[\s\S]*┄ process orders[\s\S]*ship/);
  });

  it('keeps as many spans as it may, and tells how many it did not', async () => {
    const { written, provider, tracer } = exporterOf({ spans: 2 });
    for (let number = 0; number < 5; number++) tracer.startSpan('send orders', {}, ROOT_CONTEXT).end();
    await provider.shutdown();
    expect(written.slice(0, -1)).toHaveLength(2);
    expect(written.at(-1)).toBe('3 more spans were not kept: see the option "spans".');
  });
});
