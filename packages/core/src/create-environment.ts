import type { WaybillOptions } from './create-waybill.ts';
import type { Ledger } from './diagnosis/ledger.ts';
import { hasContextManager, type SetUp } from './diagnosis/set-up.ts';
import type { Environment } from './environment.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { MiddlewareStack } from './middleware/middleware-stack.ts';
import type { RuleBook } from './policy/rule-book.ts';
import type { PortProfile } from './port.ts';
import { propagatorCodec } from './propagation/propagator-codec.ts';
import { w3cCodec } from './propagation/w3c-codec.ts';
import { Attempts } from './telemetry/attempts.ts';
import { Flows } from './telemetry/flows.ts';
import { HandledDeliveries } from './telemetry/handled-deliveries.ts';
import { lateInstruments } from './telemetry/instruments.ts';
import { LateTracer } from './telemetry/late-tracer.ts';
import { planner } from './telemetry/planner.ts';
import { type Reporter, safely } from './telemetry/report.ts';
import { Schedules } from './telemetry/schedules.ts';

/** Puts together what the messages of one adapter need. */
export function createEnvironment(
  profile: PortProfile,
  options: WaybillOptions,
  rules: RuleBook,
  middleware: MiddlewareStack,
  ledger: Ledger | undefined,
  reporter: Reporter,
  setUp: SetUp,
  budget: MemoryBudget,
): Environment {
  const tracing = new LateTracer(profile.name, profile.version, options.tracerProvider, setUp);
  const instruments = lateInstruments(profile.name, profile.version, options.meterProvider);
  return {
    profile,
    middleware,
    instruments,
    ledger,
    reporter,
    codec: options.propagator === undefined ? w3cCodec(budget) : propagatorCodec(options.propagator),
    settings: {
      alsoLinkParent: options.alsoLinkParent ?? false,
      messageSpans: options.messageSpans ?? true,
      receiveSpans: options.receiveSpans ?? 'ambient',
    },
    clock: safeClock(options.clock),
    tracer: () => tracing.tracer,
    isIdle: () =>
      !tracing.isPresent && middleware.isEmpty && instruments() === undefined && !hasContextManager(),
    planFor: planner(profile, rules, instruments, budget),
    budget,
    attempts: new Attempts(budget),
    schedules: new Schedules(budget),
    flows: new Flows(budget),
    handled: new HandledDeliveries(budget),
  };
}

function safeClock(clock: (() => number) | undefined): () => number {
  if (clock === undefined) return Date.now;
  const read = (): number => {
    const time = clock();
    if (Number.isSafeInteger(Math.trunc(time)) && time >= 0) return time;
    throw new RangeError(`The clock said ${String(time)}, which is no number of ms since the epoch.`);
  };
  return () => safely('Reading the clock', read) ?? Date.now();
}
