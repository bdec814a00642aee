import {
  type Baggage,
  type Context,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
// No package exports the codec: it is core's own.
import { MemoryBudget } from '../../packages/core/src/ground/memory-budget.ts';
import { resolveRule } from '../../packages/core/src/policy/resolve-rule.ts';
import { BaggageCache } from '../../packages/core/src/propagation/codec/baggage-cache.ts';
import {
  formatTraceparent,
  parseTraceparent,
} from '../../packages/core/src/propagation/codec/traceparent.ts';
import { formatTracestate, parseTracestate } from '../../packages/core/src/propagation/codec/tracestate.ts';
import { w3cCodec } from '../../packages/core/src/propagation/codec/w3c-codec.ts';
import { parseWaybillHeader } from '../../packages/core/src/propagation/codec/waybill-header.ts';
import type { HeaderCarrier } from '../../packages/core/src/seam/headers.ts';
import { asBytes, type Headers, messages, VARIANTS } from './codec-messages.ts';

/**
 * What it costs to read and write the headers of one message, beside the propagators of `@opentelemetry/core`, which get the
 * same headers. First our functions alone, then the whole road: from headers to a context and back, as they do.
 */

const rule = resolveRule({}, {});
const codec = w3cCodec(new MemoryBudget());
const baggages = new BaggageCache(new MemoryBudget());

interface Propagated {
  readonly spanContext: SpanContext;
  readonly baggage: Baggage | undefined;
}

const theirs = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
const getter: TextMapGetter<Headers> = {
  keys: (carrier) => Object.keys(carrier),
  // These propagators do not read bytes, so every adapter has to decode them first.
  get: (carrier, key) => carrier[key]?.toString(),
};
const setter: TextMapSetter<Headers> = {
  set: (carrier, key, value) => {
    carrier[key] = value;
  },
};

const plain = messages(['traceparent']);
const full = messages(['traceparent', 'tracestate', 'baggage']);

/** Both codecs at the same work. */
export function codecContestants(): {
  readonly name: string;
  readonly ours: (call: number) => unknown;
  readonly theirs: (call: number) => unknown;
}[] {
  return [
    { name: 'parse traceparent', ours: parsing(plain), theirs: extracting(plain) },
    {
      name: 'parse traceparent, as bytes',
      ours: parsing(asBytes(plain)),
      theirs: extracting(asBytes(plain)),
    },
    { name: 'parse all three', ours: parsing(full), theirs: extracting(full) },
    { name: 'parse all three, as bytes', ours: parsing(asBytes(full)), theirs: extracting(asBytes(full)) },
    { name: 'format traceparent', ours: formatting(plain), theirs: injecting(plain) },
    { name: 'format all three', ours: formatting(full), theirs: injecting(full) },
    // They read a tracestate only when it is asked for, so their price for it shows here.
    { name: 'parse and format all three', ours: forwarding(full), theirs: theirForwarding(full) },
    { name: 'headers to context, traceparent', ours: ourExtracting(plain), theirs: extracting(plain) },
    { name: 'headers to context, all three', ours: ourExtracting(full), theirs: extracting(full) },
    { name: 'context to headers, traceparent', ours: ourInjecting(plain), theirs: injecting(plain) },
    { name: 'context to headers, all three', ours: ourInjecting(full), theirs: injecting(full) },
    { name: 'parse waybill, beside their traceparent', ours: parsingWaybill(), theirs: extracting(plain) },
  ];
}

function parsing(carriers: readonly Headers[]): (call: number) => unknown {
  return (call) => parse(carriers[call % VARIANTS] ?? {});
}

function formatting(carriers: readonly Headers[]): (call: number) => unknown {
  const parsed = carriers.map(parse);
  return (call) => format(parsed[call % VARIANTS] as Propagated);
}

function forwarding(carriers: readonly Headers[]): (call: number) => unknown {
  return (call) => format(parse(carriers[call % VARIANTS] ?? {}));
}

function ourExtracting(carriers: readonly Headers[]): (call: number) => unknown {
  const readers = carriers.map(
    (headers): HeaderCarrier => ({
      headers: { get: (key) => headers[key], names: () => Object.keys(headers) },
    }),
  );
  return (call) => {
    const reader = readers[call % VARIANTS] as HeaderCarrier;
    const { context, spanContext } = codec.extract(reader, ROOT_CONTEXT, rule, ignore);
    return spanContext && trace.setSpanContext(context, spanContext);
  };
}

function ourInjecting(carriers: readonly Headers[]): (call: number) => unknown {
  const contexts = carriers.map(parse).map(({ spanContext, baggage }) => {
    const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    return baggage ? propagation.setBaggage(context, baggage) : context;
  });
  return (call) => {
    const carrier: Headers = {};
    const write = (key: string, value: string) => {
      carrier[key] = value;
    };
    const context = contexts[call % VARIANTS] as Context;
    codec.injectSpan(context, trace.getSpanContext(context) as SpanContext, write);
    codec.injectBaggage(context, undefined, write, ignore);
    return carrier;
  };
}

function extracting(carriers: readonly Headers[]): (call: number) => unknown {
  return (call) => theirs.extract(ROOT_CONTEXT, carriers[call % VARIANTS], getter);
}

function injecting(carriers: readonly Headers[]): (call: number) => unknown {
  const contexts = carriers.map((headers) => theirs.extract(ROOT_CONTEXT, headers, getter));
  return (call) => {
    const carrier: Headers = {};
    theirs.inject(contexts[call % VARIANTS] as Context, carrier, setter);
    return carrier;
  };
}

function theirForwarding(carriers: readonly Headers[]): (call: number) => unknown {
  return (call) => {
    const carrier: Headers = {};
    theirs.inject(theirs.extract(ROOT_CONTEXT, carriers[call % VARIANTS], getter), carrier, setter);
    return carrier;
  };
}

function parsingWaybill(): (call: number) => unknown {
  const headers = messages(['waybill']);
  return (call) => parseWaybillHeader(headers[call % VARIANTS]?.waybill);
}

function parse({ traceparent, tracestate, baggage }: Headers): Propagated {
  const spanContext = parseTraceparent(traceparent) as SpanContext;
  const traceState = tracestate && parseTracestate(tracestate);
  if (traceState) spanContext.traceState = traceState;
  return {
    spanContext,
    baggage: baggage === undefined ? undefined : baggages.parse(baggage, undefined).baggage,
  };
}

function format({ spanContext, baggage }: Propagated): unknown {
  return [
    formatTraceparent(spanContext),
    spanContext.traceState && formatTracestate(spanContext.traceState),
    baggage && baggages.format(baggage, undefined).header,
  ];
}

function ignore(): void {}
