import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
// The codec is core's own: no package exports it.
import { MemoryBudget } from '../../../packages/core/src/ground/memory-budget.ts';
import { resolveRule } from '../../../packages/core/src/policy/resolve-rule.ts';
import { w3cCodec } from '../../../packages/core/src/propagation/codec/w3c-codec.ts';
import type { Group } from '../group.ts';
import { runByTurns, type Turn, timed } from '../measure/run-by-turns.ts';
import type { Budget } from './side-by-side.ts';

type Headers = Record<string, string | Buffer>;

const propagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
const getter = {
  keys: (headers: Headers) => Object.keys(headers),
  // These propagators do not read bytes, so every adapter has to decode them first.
  get: (headers: Headers, name: string) => headers[name]?.toString(),
};
const setter = {
  set(headers: Headers, name: string, value: string): void {
    headers[name] = value;
  },
};
const codec = w3cCodec(new MemoryBudget());
const rule = resolveRule({}, {});
const ignore = (): void => undefined;

/** The headers of 64 senders, so that nothing can be remembered from the message before. */
const senders: readonly Headers[] = Array.from({ length: 64 }, (_, index) => {
  const number = String(index).padStart(2, '0');
  return {
    traceparent: `00-0af7651916cd43dd8448eb211c8031${number}-b7ad6b71692033${number}-01`,
    tracestate: `rojo=00f067aa0ba902${number},congo=t61rcWkgMzE`,
    baggage: `tenant.id=acme${number},user.id=${number}`,
  };
});
const asText = senders.map((headers) => mapValues(headers, (text) => Buffer.from(text).toString()));
const asBytes = senders.map((headers) => mapValues(headers, (text) => Buffer.from(text)));
const contexts = senders.map((headers) => propagator.extract(ROOT_CONTEXT, headers, getter));

const comparisons: Readonly<Record<string, readonly [ours: Turn, theirs: Turn]>> = {
  'codec/extract': [extractByCodec(asText), extractByPropagator(asText)],
  'codec/extract-from-bytes': [extractByCodec(asBytes), extractByPropagator(asBytes)],
  'codec/inject': [
    each(contexts, (context) => {
      const headers: Headers = {};
      const write = (name: string, value: string): void => setter.set(headers, name, value);
      codec.injectSpan(context, trace.getSpanContext(context) as SpanContext, write);
      codec.injectBaggage(context, undefined, write, ignore);
      return headers;
    }),
    each(contexts, (context) => {
      const headers: Headers = {};
      propagator.inject(context, headers, setter);
      return headers;
    }),
  ],
};

/** Reading and writing the three W3C headers of a message, over the propagators of `@opentelemetry/core`. */
export function codecGroup({ processes, turns }: Budget): Group {
  const sides = Object.entries(comparisons).flatMap(([name, [ours, theirs]]) => [
    [`${name} ours`, ours],
    [`${name} theirs`, theirs],
  ]);
  return {
    name: 'codec',
    processes,
    measure: () => runByTurns(Object.fromEntries(sides), { turns }),
    rows: Object.keys(comparisons).map((name) => ({
      name,
      unit: 'ns',
      compare: (figure) => ({ ours: figure(`${name} ours`, 'ns'), theirs: figure(`${name} theirs`, 'ns') }),
    })),
  };
}

function extractByCodec(carriers: readonly Headers[]): Turn {
  const messages = carriers.map((headers) => ({
    headers: { get: (name: string) => headers[name], names: () => Object.keys(headers) },
  }));
  return each(messages, (message) => {
    const { context, spanContext } = codec.extract(message, ROOT_CONTEXT, rule, ignore);
    return spanContext && trace.setSpanContext(context, spanContext);
  });
}

function extractByPropagator(carriers: readonly Headers[]): Turn {
  return each(carriers, (headers) => propagator.extract(ROOT_CONTEXT, headers, getter));
}

function each<Input>(inputs: readonly Input[], run: (input: Input) => unknown): Turn {
  let call = 0;
  return timed(() => {
    // A result that is not looked at may never be computed.
    if (run(inputs[call++ % inputs.length] as Input) === undefined) throw new Error('A codec did nothing.');
  });
}

function mapValues(headers: Headers, map: (text: string) => string | Buffer): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, map(String(value))]));
}
