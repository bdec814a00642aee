import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, DiagLogLevel, diag, trace as otelTrace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Middleware, type Waybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { type Span, SpanKind, type Telemetry, trace } from 'bullmq';
import { traceProcessor, traceQueue, waybillTelemetry } from '../index.ts';

const spans = recordSpans();
const warnings: string[] = [];
const ignore = (): void => undefined;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const warn = (...parts: unknown[]): void => void warnings.push(parts.join(' '));
  diag.setLogger({ warn, error: warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
});
afterAll(() => {
  diag.disable();
  context.disable();
});
beforeEach(() => {
  spans.clear();
  warnings.length = 0;
});

describe('without an SDK', () => {
  it('no span is made, no metadata is written, and every call runs in the active context', async () => {
    context.disable();
    const { tracer, contextManager } = waybillTelemetry(createWaybill());
    const span = tracer.startSpan('process orders', { kind: SpanKind.CONSUMER });
    expect(tracer.startSpan('add orders.ship')).toBe(span);
    span.setAttributes({ 'bullmq.job.id': '1' });
    span.setAttribute('bullmq.job.id', '1');
    span.addEvent('job failed');
    span.recordException('broken');
    const arrived = contextManager.fromMetadata(contextManager.active(), 'garbage');
    expect(contextManager.getMetadata(span.setSpanOnContext(arrived))).toBe('');
    expect(contextManager.with(arrived, () => 'ran')).toBe('ran');
    span.end();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
});

describe('publish middleware', () => {
  it('runs before the span, and may set headers', async () => {
    const waybill = traced({
      publish(call, next) {
        for (const { headers } of call.messages) headers.set('x-request-id', 'r-1');
        return next();
      },
    });
    expect(JSON.parse(await added(waybillTelemetry(waybill)))).toMatchObject({
      'x-request-id': 'r-1',
      traceparent: expect.stringContaining(spans.named('add orders').only.spanId),
    });
  });

  it('that is asynchronous is refused, and the span has ended', async () => {
    const waybill = traced({ publish: async (_, next) => void (await next()) });
    await expect(added(waybillTelemetry(waybill))).rejects.toMatchObject({
      code: 'WAYBILL_MIDDLEWARE_ASYNC_ON_SYNC_CALL',
    });
    spans.named('add orders').toHaveFailedWith('WaybillError');
  });
});

describe('the handling of a job', () => {
  it('has a span even if BullMQ does not tell the id of the job', async () => {
    const metadata = await added(waybillTelemetry(traced()));
    let active: string | undefined;
    await processed(waybillTelemetry(traced()), metadata, async (span) => {
      active = otelTrace.getActiveSpan()?.spanContext().spanId;
      span?.addEvent('job completed');
    });
    const handled = spans.named('process orders').toBeChildOf(spans.named('add orders')).toHaveSucceeded();
    expect(active).toBe(handled.only.spanId);
  });

  it('that is completed at the second try has not failed', async () => {
    await processed(waybillTelemetry(traced()), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1' });
      span?.recordException('connection lost');
      span?.addEvent('job completed');
    });
    spans.named('process orders').toHaveSucceeded();
  });

  it('whose result BullMQ cannot write has failed, and has no outcome', async () => {
    await processed(waybillTelemetry(traced()), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1' });
      span?.recordException('missing lock');
    });
    spans
      .named('process orders')
      .toHaveFailedWith('_OTHER', 'missing lock')
      .toHaveAttributes({ 'waybill.message.outcome': undefined });
  });

  it('fails with the error of BullMQ’s own code', async () => {
    const error = new RangeError('not foreseen');
    const fails = processed(waybillTelemetry(traced()), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1' });
      throw error;
    });
    await expect(fails).rejects.toBe(error);
    spans.named('process orders').toHaveFailedWith('RangeError', 'not foreseen');
  });

  it('of an untrusted sender says only what BullMQ wrote', async () => {
    const waybill = traced(undefined, { trust: 'untrusted' });
    await processed(waybillTelemetry(waybill), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': 'repeat:nightly:1', 'bullmq.job.name': 'secret' });
      span?.addEvent('job completed');
    });
    spans.named('process orders').toHaveAttributes({
      'messaging.message.id': 'repeat:nightly:1',
      'bullmq.job.name': undefined,
      'bullmq.job.scheduler.id': undefined,
    });
  });
});

describe('what a worker does by itself', () => {
  it('runs outside of the span that it was started in, if BullMQ asks for that', () => {
    const { contextManager } = waybillTelemetry(traced());
    const started = otelTrace.setSpan(context.active(), otelTrace.wrapSpanContext(emptySpan));
    const active = context.with(started, () =>
      contextManager.with(contextManager.root?.(), () => otelTrace.getActiveSpan()),
    );
    expect(active).toBeUndefined();
  });

  it('makes no span for the next run of a schedule if only workers have the telemetry', async () => {
    expect(await added(waybillTelemetry(traced(), { worker: true }))).toBe('');
    expect(spans.each.count).toBe(0);
  });
});

describe('is said once through diag', () => {
  it('that consume middleware does not run', async () => {
    const telemetry = waybillTelemetry(traced({ consume: (_, next) => next() }));
    await added(telemetry);
    expect(warnings).toEqual([]);
    for (let job = 0; job < 3; job++) await processed(telemetry, undefined, async () => undefined);
    expect(warnings).toEqual([expect.stringContaining('Consume middleware does not run')]);
  });

  it('that a client has the option and is wrapped, too', async () => {
    const waybill = traced();
    const telemetry = waybillTelemetry(waybill);
    const client = {
      name: 'orders',
      opts: { telemetry },
      trace: (_kind: unknown, _operation: string, _destination: string, run: () => unknown) => run(),
      add: async () => client.trace(SpanKind.PRODUCER, 'add', 'orders.ship', () => ({ id: '1' })),
      addBulk: async () => [],
    };
    const queue = traceQueue(client, waybill);
    const processor = traceProcessor(async (_job: object) => 'done', waybill);
    for (let job = 0; job < 2; job++) {
      await queue.add();
      await processed(telemetry, undefined, async (span) => {
        span?.setAttributes({ 'bullmq.job.id': '1' });
        expect(await processor({ id: '1', queueName: 'orders', opts: {} })).toBe('done');
      });
    }
    spans.named('process orders').toHaveCount(2);
    expect(warnings).toEqual([
      expect.stringContaining('Both are Waybill: either leave waybillTelemetry out'),
    ]);
  });
});

const emptySpan = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

function traced(middleware?: Middleware, policy: { trust?: 'untrusted' } = {}): Waybill {
  const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
  const waybill = createWaybill({ tracerProvider, policy });
  return middleware === undefined ? waybill : waybill.use(middleware);
}

/** What BullMQ does when a job is added: gives what the job carries. */
async function added(telemetry: Telemetry): Promise<string> {
  const add = async (_span?: Span, metadata?: string): Promise<string> => metadata ?? '';
  // Its parameters say that it wants to know what the job is to carry.
  Object.defineProperty(add, 'length', { value: 2 });
  return trace(telemetry, SpanKind.PRODUCER, 'orders', 'add', 'orders.ship', add);
}

/** What BullMQ does when a job is handled. */
function processed(
  telemetry: Telemetry,
  metadata: string | undefined,
  handle: (span?: Span) => Promise<void>,
): Promise<void> {
  return trace(telemetry, SpanKind.CONSUMER, 'orders', 'process', 'orders', handle, metadata);
}
