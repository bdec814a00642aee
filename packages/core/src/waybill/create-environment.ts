import { metrics, trace } from '@opentelemetry/api';
import { type Reporter, safely } from '../diag.ts';
import type { ContextMisuseDetector } from '../diagnostics/context-misuse-detector.ts';
import { doubledBySentry } from '../diagnostics/sentry.ts';
import { hasContextManager, type SetUp } from '../diagnostics/set-up.ts';
import type { MemoryBudget } from '../ground/memory-budget.ts';
import { Attempts } from '../history/attempts.ts';
import { Flows } from '../history/flows.ts';
import { HandledDeliveries } from '../history/handled-deliveries.ts';
import { Schedules } from '../history/schedules.ts';
import { lazyInstruments } from '../metrics/instruments.ts';
import type { MiddlewareStack } from '../middleware/middleware-stack.ts';
import type { Environment } from '../operations/environment.ts';
import type { PolicyInForce, PolicyResolver } from '../policy/policy-resolver.ts';
import { RuleCodecs } from '../propagation/codec/rule-codecs.ts';
import { QueueTelemetryCache } from '../queue-telemetry-cache.ts';
import type { AdapterInfo } from '../seam/instrumenter.ts';
import { LazyTracer } from '../spans/lazy-tracer.ts';
import { mostLinks } from '../spans/links.ts';
import { flushProviders } from './flush-providers.ts';
import type { WaybillOptions } from './options.ts';

/** Creates the environment of one adapter. */
export function createEnvironment(
  adapter: AdapterInfo,
  options: WaybillOptions,
  policy: PolicyInForce,
  middleware: MiddlewareStack,
  misuse: ContextMisuseDetector | undefined,
  reporter: Reporter,
  setUp: SetUp,
  budget: MemoryBudget,
): Environment {
  const observer = {
    missing: () => setUp.missing(),
    found() {
      setUp.found();
      const { name, sentryIntegration } = adapter;
      if (sentryIntegration === undefined) return;
      const doubled = doubledBySentry(name, sentryIntegration);
      if (doubled !== undefined) reporter.reportOnce('WAYBILL_OTHER_INSTRUMENTATION', doubled);
    },
  };
  const tracing = new LazyTracer(adapter.name, adapter.version, options.tracerProvider, observer);
  const instruments = lazyInstruments(adapter.name, adapter.version, options.meterProvider);
  const codecs = new RuleCodecs(budget, options.propagator);
  const queues = new QueueTelemetryCache({ adapter, policy, codecs, instruments, budget, reporter });
  return {
    adapter,
    policy,
    middleware,
    instruments,
    misuse,
    reporter,
    warn: (code, text) => setUp.warn(code, text),
    settings: {
      alsoLinkParent: options.alsoLinkParent ?? false,
      messageSpans: options.messageSpans ?? true,
      receiveSpans: options.receiveSpans ?? 'ambient',
    },
    flush: (timeout) =>
      flushProviders(
        [
          options.tracerProvider ?? trace.getTracerProvider(),
          options.meterProvider ?? metrics.getMeterProvider(),
        ],
        timeout,
      ),
    clock: safeClock(options.clock),
    tracer: () => tracing.tracer,
    isIdle: () =>
      !policy.current.enabled ||
      (!tracing.isPresent && middleware.isEmpty && instruments() === undefined && !hasContextManager()),
    headerNames: headerNamesOf(policy, codecs),
    queues,
    budget,
    attempts: new Attempts(budget),
    schedules: new Schedules(budget),
    flows: new Flows(budget, mostLinks),
    handled: new HandledDeliveries(budget),
  };
}

/** Finds the header names of all rules, once for each policy. */
function headerNamesOf(policy: PolicyInForce, codecs: RuleCodecs): () => readonly string[] {
  let known: PolicyResolver | undefined;
  let names: readonly string[] = [];
  return () => {
    if (known !== policy.current) {
      known = policy.current;
      const ofRules = [...known.rules].flatMap((rule) => codecs.of(rule).headerNames);
      names = [...new Set(ofRules), 'waybill'];
    }
    return names;
  };
}

function safeClock(clock: (() => number) | undefined): () => number {
  if (clock === undefined) return Date.now;
  const read = (): number => {
    const time = clock();
    if (Number.isSafeInteger(Math.trunc(time)) && time >= 0) return time;
    throw new RangeError(`The clock said ${String(time)}, which is not a timestamp in milliseconds.`);
  };
  return () => safely('Reading the clock', read) ?? Date.now();
}
