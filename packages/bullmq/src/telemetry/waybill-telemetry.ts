import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { activeContext, instrumenterOf, runIn, type Waybill } from '@waybill/core/adapter';
import type { ContextManager, Span, Telemetry, Tracer } from 'bullmq';
import { adapterInfo } from '../adapter-info.ts';
import { markOurs } from './our-telemetry.ts';
import { checkOptions, type TelemetryOptions } from './telemetry-options.ts';
import { ArrivedContext, type SlotContext, type TelemetrySettings, TelemetrySpan } from './telemetry-span.ts';
import { TracedCall } from './traced-call.ts';

/**
 * Makes an object for BullMQ's own option `telemetry`, for queues, flow producers and workers that a framework makes. It makes the same
 * spans and metadata as `traceQueue`, `traceFlowProducer` and `traceProcessor`, by the same policy, as far as BullMQ tells its telemetry
 * enough. docs/brokers/bullmq.md has a table of the differences.
 *
 * @returns an object for any number of clients.
 * @throws WaybillError `WAYBILL_NOT_A_WAYBILL` if there is no Waybill, `WAYBILL_INVALID_OPTION` if an option is wrong.
 *
 * @example
 * const queue = new Queue('orders', { connection, telemetry: waybillTelemetry(waybill) });
 * const worker = new Worker('orders', processor, { connection, telemetry: waybillTelemetry(waybill, { worker: true }) });
 */
export function waybillTelemetry(waybill: Waybill, options: TelemetryOptions = {}): Telemetry {
  const instrumenter = instrumenterOf(waybill, adapterInfo, by);
  const { worker = false, commands = false } = checkOptions(by, options);
  let isReported = false;
  const reportMiddleware = (): void => {
    if (isReported || !instrumenter.hasConsumeMiddleware) return;
    isReported = true;
    instrumenter.report('WAYBILL_BULLMQ_NO_MIDDLEWARE', noMiddleware);
  };
  const settings: TelemetrySettings = { instrumenter, worker, commands, reportMiddleware };
  const tracer: Tracer<SlotContext> = {
    startSpan: (name) => (instrumenter.isIdle ? idleSpan : new TelemetrySpan(settings, name)),
  };
  return markOurs({ tracer, contextManager });
}

const by = 'waybillTelemetry';

const noMiddleware =
  'Consume middleware does not run for workers with waybillTelemetry, because BullMQ lets its telemetry run nothing around a processor. Wrap the processors with traceProcessor instead';

/** The span while there is neither an SDK nor middleware. */
const idleSpan: Span<SlotContext> = {
  setSpanOnContext: (context) => context,
  setAttribute: ignore,
  setAttributes: ignore,
  addEvent: ignore,
  recordException: ignore,
  end: ignore,
};

function ignore(): void {}

const contextManager: ContextManager<SlotContext> = {
  active: activeContext,
  root: () => ROOT_CONTEXT,
  fromMetadata: (active, metadata) => new ArrivedContext(activeOf(active), metadata),

  // With an empty text BullMQ leaves the metadata of the job alone.
  getMetadata: (context) => (context instanceof TracedCall ? context.metadata : ''),

  with(context, run) {
    if (context instanceof TracedCall) return context.run(run);
    const target = activeOf(context);
    return target === activeContext() ? run() : runIn(target, run);
  },
};

function activeOf(context: SlotContext): Context {
  if (context instanceof ArrivedContext) return context.active;
  return context instanceof TracedCall ? activeContext() : context;
}
