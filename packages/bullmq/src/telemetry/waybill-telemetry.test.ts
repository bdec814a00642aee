import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, DiagLogLevel, diag, trace as otelTrace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Middleware, type Waybill } from '@waybill/core';
import { recordSpans, startTestTelemetry } from '@waybill/testing';
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

describe('the span of what adds jobs', () => {
  it('says of a job what is known before the call, and what BullMQ tells in it', async () => {
    const add = async (span?: Span): Promise<void> => {
      span?.setAttributes({ 'bullmq.job.id': 'repeat:nightly:1', 'bullmq.job.scheduler.id': 'nightly' });
      span?.setAttribute('bullmq.job.result', 'secret');
    };
    await trace(waybillTelemetry(traced()), SpanKind.PRODUCER, 'shop.orders', 'add', 'shop.orders.ship', add);

    const { attributes } = spans.named('add shop.orders').toHaveKind('PRODUCER').toHaveSucceeded().only;
    expect(attributes).toMatchObject({
      'bullmq.job.name': 'ship',
      'bullmq.job.scheduler.id': 'nightly',
      'messaging.message.id': 'repeat:nightly:1',
    });
    expect(JSON.stringify(attributes)).not.toContain('secret');
  });

  it('says how many jobs there are, which all carry its context', async () => {
    const telemetry = waybillTelemetry(traced());
    const metadata = await adding(telemetry, 'addBulk', 'orders', (span) =>
      span?.setAttributes({ 'bullmq.job.bulk.count': 3 }),
    );

    const { spanId } = spans.named('add orders').toHaveAttributes({
      'messaging.batch.message_count': 3,
      'bullmq.job.name': undefined,
    }).only;
    expect(metadata).toContain(spanId);
  });

  it('counts as many sent messages as there are jobs', async () => {
    const telemetry = await startTestTelemetry({ metrics: true });
    const { tracerProvider, meterProvider } = telemetry;
    const waybill = createWaybill({ tracerProvider, ...(meterProvider && { meterProvider }) });
    await adding(waybillTelemetry(waybill), 'addBulk', 'orders', (span) =>
      span?.setAttributes({ 'bullmq.job.bulk.count': 3 }),
    );
    const sent = (await telemetry.metrics()).find(({ name }) => name === 'messaging.client.sent.messages');
    await telemetry.shutdown();

    expect(sent?.points.map(({ value }) => value)).toEqual([3]);
  });

  it('fails with the call', async () => {
    const failure = new RangeError('no memory');
    const fails = adding(waybillTelemetry(traced()), 'add', 'orders.ship', () => {
      throw failure;
    });
    await expect(fails).rejects.toBe(failure);

    spans.named('add orders').toHaveFailedWith('RangeError', 'no memory');
  });

  it('does not belong to the trace of a job whose processor has ended, as a worker adds the next run of a schedule', async () => {
    const telemetry = waybillTelemetry(traced());
    await processed(telemetry, undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1' });
      await added(telemetry);
      span?.addEvent('job completed');
      await added(telemetry);
    });

    spans.named('add orders').at(0).toBeChildOf(spans.named('process orders'));
    spans.named('add orders').at(1).toBeRoot();
  });
});

describe('the span of what neither adds nor handles jobs', () => {
  it.each<[string, string, string]>([
    ['pause', 'orders', 'pause orders'],
    ['close', '', 'close'],
  ])('is there if it is asked for: %s', async (operation, destination, name) => {
    const call = async (): Promise<string> => String(otelTrace.getActiveSpan()?.spanContext().spanId);
    for (const commands of [false, true]) {
      const telemetry = waybillTelemetry(traced(), { commands });
      await trace(telemetry, SpanKind.INTERNAL, 'orders', operation, destination, call);
    }

    spans.each.toHaveCount(1);
    spans.named(name).toHaveKind('CLIENT').toHaveSucceeded();
  });

  it('fails with the call, whose error is the caller’s', async () => {
    const failure = new RangeError('no such state');
    const call = async (): Promise<never> => Promise.reject(failure);
    const telemetry = waybillTelemetry(traced(), { commands: true });
    await expect(trace(telemetry, SpanKind.INTERNAL, 'orders', 'retryJobs', 'orders', call)).rejects.toBe(
      failure,
    );

    spans.named('retryJobs orders').toHaveFailedWith('RangeError', 'no such state');
  });
});

describe('the handling of a job', () => {
  it('that its processor put back is deferred, and that is completed has no outcome', async () => {
    for (const completed of [false, true]) {
      await processed(waybillTelemetry(traced()), undefined, async (span) => {
        span?.setAttributes({ 'bullmq.job.id': '1' });
        if (completed) span?.addEvent('job completed');
      });
    }

    const handled = spans.named('process orders').toHaveCount(2);
    handled.at(0).toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': 'deferred' });
    handled.at(1).toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': undefined });
  });

  it.each([
    ['retry', 'retry'],
    ['delay', 'retry'],
    ['fail', 'failed'],
  ])('that failed and is moved by %s has the outcome %s', async (operation, outcome) => {
    const telemetry = waybillTelemetry(traced());
    const move = (id: string, to: string): Promise<void> =>
      trace(telemetry, SpanKind.INTERNAL, 'orders', to, 'orders', async (span) =>
        span?.setAttributes({ 'bullmq.job.id': id }),
      );
    await processed(telemetry, undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1' });
      await move('1', operation);
      await move('another', operation === 'fail' ? 'retry' : 'fail');
      span?.addEvent('job failed', { 'bullmq.job.failed.reason': 'no stock' });
    });

    spans
      .named('process orders')
      .toHaveFailedWith('_OTHER', 'no stock')
      .toHaveAttributes({ 'waybill.message.outcome': outcome });
  });

  it('has the id that BullMQ tells, whatever it tells before and after', async () => {
    await processed(waybillTelemetry(traced()), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.worker.id': 'w-1' });
      span?.setAttributes({ 'bullmq.job.id': '1', 'bullmq.job.name': 'ship' });
      span?.addEvent('job completed');
      span?.setAttributes({ 'bullmq.job.attempts.made': 1 });
      span?.setAttributes({ 'bullmq.job.id': '2' });
    });

    spans
      .named('process orders')
      .toHaveCount(1)
      .toHaveSucceeded()
      .toHaveAttributes({ 'messaging.message.id': '1', 'bullmq.job.name': 'ship' });
  });

  it('ends when BullMQ tells, after the processor, how often it was tried', async () => {
    await processed(waybillTelemetry(traced()), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1', 'bullmq.job.attempts.made': 1 });
      span?.addEvent('job completed');
      span?.setAttributes({ 'bullmq.job.processed.timestamp': 1_700_000_000_000 });
      spans.named('process orders').toHaveCount(0);
      span?.setAttributes({ 'bullmq.job.attempts.made': 3 });
      spans.named('process orders').toHaveCount(1);
    });

    spans
      .named('process orders')
      .toHaveCount(1)
      .toHaveAttributes({ 'waybill.message.attempt': 3, 'bullmq.job.attempts.made': 2 });
  });

  it('links to the attempt before, but not to another job with the same context or the same id', async () => {
    const telemetry = waybillTelemetry(traced());
    const metadata = await added(telemetry);
    const handle = (id: string, carried?: string): Promise<void> =>
      processed(telemetry, carried, async (span) => span?.setAttributes({ 'bullmq.job.id': id }));
    for (const id of ['1', '1', '2']) await handle(id, metadata);
    // Two jobs of different databases, which nobody traced.
    for (const id of ['3', '3']) await handle(id);

    const handled = spans.named('process orders').toHaveCount(5);
    handled
      .at(1)
      .toLinkTo(handled.at(0), { 'waybill.link.to': 'previous-attempt' })
      .toHaveAttributes({ 'waybill.message.attempt': 2 });
    const previous = handled.all.map(
      ({ links }) =>
        links.filter(({ attributes }) => attributes['waybill.link.to'] === 'previous-attempt').length,
    );
    expect(previous).toEqual([0, 1, 0, 0, 0]);
  });

  it('of a schedule says of which, and links to the run before', async () => {
    const telemetry = waybillTelemetry(traced());
    const metadata = await added(telemetry);
    for (const id of ['repeat:nightly:1', 'repeat:nightly:2', 'repeat:hourly:3']) {
      await processed(telemetry, metadata, async (span) =>
        span?.setAttributes({ 'bullmq.job.id': id, 'bullmq.job.name': 'report' }),
      );
    }

    const runs = spans.named('process orders').toHaveCount(3);
    runs.each.toBeRoot().toHaveAttributes({ 'bullmq.job.name': 'report' });
    expect(runs.all.map(({ attributes }) => attributes['bullmq.job.scheduler.id'])).toEqual([
      'nightly',
      'nightly',
      'hourly',
    ]);
    runs.at(1).toLinkTo(runs.at(0), { 'waybill.link.to': 'previous-run' });
    expect(runs.all.map(({ links }) => links.length)).toEqual([1, 2, 1]);
  });

  it('of no schedule names none', async () => {
    await processed(waybillTelemetry(traced()), undefined, async (span) =>
      span?.setAttributes({ 'bullmq.job.id': 'repeat:nightly', 'bullmq.job.name': 'report' }),
    );

    expect(Object.keys(spans.named('process orders').only.attributes)).not.toContain(
      'bullmq.job.scheduler.id',
    );
  });

  it.each<[string, string | undefined, string]>([
    ['nothing', undefined, 'no-context'],
    ['what cannot be read', 'garbage', 'malformed'],
    ['what another tool wrote', `${'a'.repeat(32)}-${'b'.repeat(16)}-1`, 'no-context'],
  ])('that carries %s is a root, and says why', async (_what, metadata, reason) => {
    await processed(waybillTelemetry(traced()), metadata, async (span) =>
      span?.setAttributes({ 'bullmq.job.id': '1' }),
    );

    spans.named('process orders').toBeRoot().toHaveAttributes({ 'waybill.relation.reason': reason });
  });

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
    expect(warnings).toEqual([
      expect.stringMatching(/Consume middleware does not run.*WAYBILL_BULLMQ_NO_MIDDLEWARE/),
    ]);
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

describe('a processor that is wrapped as well', () => {
  it('runs in the span that BullMQ’s telemetry made, with the consume middleware', async () => {
    const calls: string[] = [];
    const waybill = traced({
      consume(_call, next) {
        calls.push('middleware');
        return next();
      },
    });
    const processor = traceProcessor(async (_job: object) => {
      calls.push('processor', String(otelTrace.getActiveSpan()?.spanContext().spanId));
    }, waybill);
    await processed(waybillTelemetry(waybill), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1' });
      await processor({ id: '1', queueName: 'orders', opts: {} });
    });

    expect(calls).toEqual(['middleware', 'processor', spans.named('process orders').only.spanId]);
  });

  it.each<[string, { id: string; queueName: string }]>([
    ['id', { id: '2', queueName: 'orders' }],
    ['queue', { id: '1', queueName: 'parcels' }],
  ])('and handles a job of another %s has a span of its own for that', async (_what, another) => {
    const waybill = traced();
    const processor = traceProcessor(async (_job: object) => undefined, waybill);
    await processed(waybillTelemetry(waybill), undefined, async (span) => {
      span?.setAttributes({ 'bullmq.job.id': '1' });
      await processor({ ...another, opts: {} });
    });

    spans.each.toHaveCount(2);
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
  return adding(telemetry, 'add', 'orders.ship', ignore);
}

/** The same for any call that adds jobs. */
function adding(
  telemetry: Telemetry,
  operation: string,
  destination: string,
  tell: (span?: Span) => void,
): Promise<string> {
  const add = async (span?: Span, metadata?: string): Promise<string> => {
    tell(span);
    return metadata ?? '';
  };
  // Its parameters say that it wants to know what the jobs are to carry.
  Object.defineProperty(add, 'length', { value: 2 });
  return trace(telemetry, SpanKind.PRODUCER, 'orders', operation, destination, add);
}

/** What BullMQ does when a job is handled. */
function processed(
  telemetry: Telemetry,
  metadata: string | undefined,
  handle: (span?: Span) => Promise<void>,
): Promise<void> {
  return trace(telemetry, SpanKind.CONSUMER, 'orders', 'process', 'orders', handle, metadata);
}
