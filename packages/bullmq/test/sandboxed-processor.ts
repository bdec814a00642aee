// What runs in a child of a worker: with an SDK of its own, which writes its spans to a file.
import { appendFileSync } from 'node:fs';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { traceProcessor } from '@waybill/bullmq';
import { createWaybill } from '@waybill/core';
import type { SandboxedJob } from 'bullmq';

const exporter = {
  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    for (const span of spans) {
      const { name, kind, attributes, links, parentSpanContext: parent } = span;
      const line = { name, kind, attributes, links, parent, own: span.spanContext() };
      appendFileSync(process.env.SPANS_FILE ?? '', `${JSON.stringify(line)}\n`);
    }
    done({ code: 0 });
  },
  shutdown: async (): Promise<void> => undefined,
};
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

const processor = async (job: SandboxedJob, token?: string, signal?: AbortSignal): Promise<object> => {
  await job.updateProgress(50);
  if (job.data.fails) throw new TypeError('broken');
  return {
    active: trace.getActiveSpan()?.spanContext().spanId,
    trace: trace.getActiveSpan()?.spanContext().traceId,
    tenant: propagation.getBaggage(context.active())?.getEntry('tenant.id')?.value,
    arguments: [typeof token, signal?.constructor.name],
  };
};

const traced: typeof processor = traceProcessor(processor, createWaybill());

export { traced as default };
