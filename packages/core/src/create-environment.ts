import { BoundedMap } from './bounded-map.ts';
import type { WaybillOptions } from './create-waybill.ts';
import type { Environment } from './environment.ts';
import type { MiddlewareStack } from './middleware/middleware-stack.ts';
import type { ResolvedRule } from './policy/resolved-rule.ts';
import type { RuleBook } from './policy/rule-book.ts';
import type { PortProfile } from './port.ts';
import { propagatorCodec } from './propagation/propagator-codec.ts';
import { w3cCodec } from './propagation/w3c-codec.ts';
import { attribute } from './semantic-conventions/telemetry-names.ts';
import { HandledDeliveries } from './telemetry/handled-deliveries.ts';
import { lateInstruments } from './telemetry/instruments.ts';
import { lateTracer } from './telemetry/late-tracer.ts';
import { safely } from './telemetry/report.ts';

/** How many subjects, attempts and receipts are remembered, at least. */
const memorySize = 1_000;

/** Puts together what the messages of one adapter need. */
export function createEnvironment(
  profile: PortProfile,
  options: WaybillOptions,
  rules: RuleBook,
  middleware: MiddlewareStack,
): Environment {
  const instruments = lateInstruments(profile.name, profile.version, options.meterProvider);
  const knownRules = new BoundedMap<string, ResolvedRule>(memorySize);
  return {
    profile,
    middleware,
    instruments,
    codec: options.propagator === undefined ? w3cCodec : propagatorCodec(options.propagator),
    settings: {
      alsoLinkParent: options.alsoLinkParent ?? false,
      messageSpans: options.messageSpans ?? true,
      receiveSpans: options.receiveSpans ?? 'ambient',
    },
    clock: safeClock(options.clock),
    tracer: lateTracer(profile.name, profile.version, options.tracerProvider),
    ruleFor(subject) {
      const known = knownRules.get(subject);
      if (known !== undefined) return known;
      const rule = rules(profile.system, subject);
      knownRules.set(subject, rule);
      return rule;
    },
    rejectFor:
      (subject) =>
      (header, reason, count = 1) => {
        instruments().carrierRejected.add(count, {
          [attribute.systemName]: profile.system,
          [attribute.destinationName]: subject,
          [attribute.carrierHeader]: header,
          [attribute.carrierReason]: reason,
        });
      },
    attempts: new BoundedMap(memorySize),
    handled: new HandledDeliveries(memorySize),
    accounted: new WeakMap(),
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
