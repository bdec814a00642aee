import { type Context, propagation, type SpanContext } from '@opentelemetry/api';
import type { MemoryBudget } from '../../ground/memory-budget.ts';
import { noKey } from '../../policy/resolve-rule.ts';
import type { HeaderCarrier, HeaderValue } from '../../seam/headers.ts';
import { BaggageCache } from './baggage-cache.ts';
import type { ContextCodec, ReportProblem } from './context-codec.ts';
import { headerItems, headerText, isRepeated } from './header-text.ts';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';
import { formatTracestate, parseTracestate } from './tracestate.ts';

/** W3C Trace Context Level 2 and W3C Baggage, whatever propagator is registered. */
export function w3cCodec(budget: MemoryBudget): ContextCodec {
  const memory = new BaggageCache(budget);
  return {
    headerNames: ['traceparent', 'tracestate', 'baggage'],

    extract(message, into, { accepts }, reportProblem) {
      const traceparent = message.headers.get('traceparent');
      const parent = readTraceparent(traceparent, reportProblem);
      return {
        context: readBaggage(memory, message, into, accepts, reportProblem),
        spanContext: parent && withTracestate(parent, message, reportProblem),
        malformed: traceparent !== undefined && parent === undefined,
        repeated: isRepeated(traceparent),
      };
    },

    read: (message, name) => message.headers.get(name),

    creationContext: (message) => parseTraceparent(message.headers.get('traceparent')),

    injectSpan(_context, spanContext, write) {
      write('traceparent', formatTraceparent(spanContext));
      const tracestate = spanContext.traceState && formatTracestate(spanContext.traceState);
      if (tracestate) write('tracestate', tracestate);
    },

    injectBaggage(context, sends, write, reportProblem) {
      const baggage = propagation.getBaggage(context);
      if (baggage === undefined) return;
      const { header, dropped } = memory.format(baggage, sends);
      if (dropped > 0) reportProblem('baggage', 'dropped', dropped);
      if (header !== '') write('baggage', header);
    },
  };
}

function readTraceparent(value: HeaderValue, reportProblem: ReportProblem): SpanContext | undefined {
  if (value === undefined) return undefined;
  const spanContext = parseTraceparent(value);
  if (spanContext === undefined) reportProblem('traceparent', 'malformed');
  return spanContext;
}

function withTracestate(
  parent: SpanContext,
  message: HeaderCarrier,
  reportProblem: ReportProblem,
): SpanContext {
  const value = message.headers.get('tracestate');
  if (value === undefined) return parent;
  const traceState = parseTracestate(value);
  if (traceState !== undefined) return { ...parent, traceState };
  if (!isEmptyList(value)) reportProblem('tracestate', 'malformed');
  return parent;
}

/** A list without members is legal, and says nothing. */
function isEmptyList(value: HeaderValue): boolean {
  return headerItems(value).every((item) => /^[ \t,]*$/.test(headerText(item) ?? ''));
}

function readBaggage(
  memory: BaggageCache,
  message: HeaderCarrier,
  into: Context,
  accepts: ((key: string) => boolean) | undefined,
  reportProblem: ReportProblem,
): Context {
  const value = accepts === noKey ? undefined : message.headers.get('baggage');
  if (value === undefined) return into;
  const { baggage, dropped } = memory.parse(value, accepts);
  if (dropped > 0) reportProblem('baggage', 'dropped', dropped);
  return baggage === undefined ? into : propagation.setBaggage(into, baggage);
}
