import {
  type Context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import type { Environment } from '../environment.ts';
import { journeyOf } from '../propagation/journey.ts';
import { attribute, type OperationType } from '../semantic-conventions/telemetry-names.ts';
import { safely } from './report.ts';

/** A span of ours, and the context in which it is the active one. */
export interface Started {
  readonly span: Span;
  readonly context: Context;

  /** The journey that the span belongs to; `undefined` where there is no trace, as tracing is suppressed or failed. */
  readonly journeyId: string | undefined;
}

/** What a span is about. */
export interface SpanSubject {
  readonly operation: string;
  readonly type: OperationType;

  /** Left out where a call goes to several. */
  readonly destination: string | undefined;

  /** The journey to name; without it, that of the parent, or the span's own trace. */
  readonly journeyId?: string | undefined;
}

/**
 * Starts a span with what the conventions ask of every messaging span: from the start on, so that samplers see it. If a
 * sampler or a span processor throws, a span that does nothing stands in, and the trace of `parent` goes on without it.
 *
 * Semantic conventions 1.45, messaging spans: span name `{operation} {destination}`.
 */
export function startSpan(
  env: Environment,
  subject: SpanSubject,
  options: SpanOptions,
  parent: Context,
): Started {
  const { operation, type, destination } = subject;
  const known = subject.journeyId ?? (options.root ? undefined : ambientJourneyId(parent));
  const attributes = {
    [attribute.systemName]: env.profile.system,
    [attribute.system]: env.profile.system,
    [attribute.operationName]: operation,
    [attribute.operationType]: type,
    ...(destination === undefined ? undefined : { [attribute.destinationName]: destination }),
    ...(known === undefined ? undefined : { [attribute.journeyId]: known }),
    ...options.attributes,
  };
  const name = destination === undefined ? operation : `${operation} ${destination}`;
  const start = (): Span => env.tracer().startSpan(name, { ...options, attributes }, parent);
  const span = safely('Starting a span', start) ?? standIn(options, parent);
  const journeyId = known ?? validTraceId(span.spanContext());
  if (known === undefined && journeyId !== undefined && span.isRecording()) {
    span.setAttribute(attribute.journeyId, journeyId);
  }
  return { span, context: trace.setSpan(parent, span), journeyId };
}

/** Ends a span, whatever its processors throw. */
export function endSpan({ span }: { readonly span: Span }): void {
  safely('Ending a span', () => span.end());
}

function ambientJourneyId(context: Context): string | undefined {
  return journeyOf(context)?.id ?? validTraceId(trace.getSpanContext(context));
}

/** Spans that stand for none have a trace id, too: all zeros. */
function validTraceId(spanContext: SpanContext | undefined): string | undefined {
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

function standIn(options: SpanOptions, parent: Context): Span {
  const remaining = options.root ? undefined : trace.getSpanContext(parent);
  return trace.wrapSpanContext(remaining ?? INVALID_SPAN_CONTEXT);
}
