import {
  type Context,
  isSpanContextValid,
  type SpanContext,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { throws } from './hostile-value.ts';
import { Recorder } from './recorder.ts';

/** The set-up of a fuzzed Waybill, and what it recorded. */
export interface Setup {
  readonly waybill: Waybill;

  /** `undefined` where there is no SDK, or one that throws. */
  readonly recorder: Recorder | undefined;

  readonly trusted: boolean;

  /** Whether there is a context manager, as there is with every SDK. */
  readonly contexts: boolean;

  /** Whether it speaks W3C's headers. */
  readonly w3c: boolean;
}

/** The ways to set Waybill up that cases are tried with. */
export const setupNames = [
  'trusted',
  'always parent',
  'untrusted',
  'diagnosed',
  'diagnosed and untrusted',
  'own propagator',
  'own propagator, untrusted',
  'propagator that throws',
  'tracer that throws',
  'spans that throw',
  'no SDK',
  'no SDK, with middleware',
  'no SDK, with middleware, untrusted',
  'no SDK, with a context manager',
] as const;
export type SetupName = (typeof setupNames)[number];

const untrusted: WaybillOptions['policy'] = { trust: 'untrusted', baggage: { accept: ['tenant.*'] } };

/** A header of its own, which contains the ids. */
const ownPropagator: TextMapPropagator = {
  fields: () => ['b3'],
  inject(context, carrier, setter) {
    const span = trace.getSpanContext(context);
    if (span !== undefined) setter.set(carrier, 'b3', `${span.traceId}-${span.spanId}-1`);
  },
  extract(context: Context, carrier, getter) {
    const [traceId = '', spanId = ''] = String(getter.get(carrier, 'b3') ?? '').split('-');
    const span: SpanContext = { traceId, spanId, traceFlags: 1, isRemote: true };
    return isSpanContextValid(span) ? trace.setSpanContext(context, span) : context;
  },
};

const throwingPropagator: TextMapPropagator = {
  fields: () => ['traceparent'],
  inject: throws,
  extract: throws,
};

const throwingProvider: TracerProvider = {
  getTracer: () => ({ startSpan: throws, startActiveSpan: throws }),
};

const throwingSpanProvider: TracerProvider = {
  getTracer: () => ({
    startSpan: () =>
      new Proxy(trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }), {
        get: (_target, name) => (name === 'then' ? undefined : throws),
      }),
    startActiveSpan: throws,
  }),
};

/** Options beside the recorder's providers. */
const options: Readonly<Record<SetupName, WaybillOptions>> = {
  trusted: { policy: { relation: 'auto' } },
  'always parent': {
    policy: { relation: 'parent' },
    alsoLinkParent: true,
    receiveSpans: 'always',
    messageSpans: false,
  },
  untrusted: { policy: untrusted, receiveSpans: 'always' },
  diagnosed: { diagnose: true },
  'diagnosed and untrusted': { policy: untrusted, diagnose: true },
  'own propagator': { propagator: ownPropagator },
  'own propagator, untrusted': { policy: untrusted, propagator: ownPropagator },
  'propagator that throws': { propagator: throwingPropagator },
  'tracer that throws': { tracerProvider: throwingProvider },
  'spans that throw': { tracerProvider: throwingSpanProvider },
  'no SDK': {},
  'no SDK, with middleware': {},
  'no SDK, with middleware, untrusted': { policy: untrusted },
  'no SDK, with a context manager': {},
};

/** Sets Waybill up. Little is remembered, so that forgetting is tried as well. */
export function setUp(name: SetupName): Setup {
  const chosen: WaybillOptions = options[name];
  const without = name.startsWith('no SDK');
  const recorder = without || chosen.tracerProvider !== undefined ? undefined : new Recorder();
  const waybill = createWaybill({
    ...(recorder && { tracerProvider: recorder.tracerProvider, meterProvider: recorder.meterProvider }),
    memoryLimit: 1_048_576,
    ...chosen,
  });
  if (name.includes('middleware')) {
    waybill.use({ publish: (_call, next) => next(), consume: (_delivery, next) => next() });
  }
  return {
    waybill,
    recorder,
    trusted: chosen.policy?.trust !== 'untrusted',
    contexts: !without || name.includes('context manager'),
    w3c: chosen.propagator === undefined,
  };
}
