import {
  type Attributes,
  INVALID_SPAN_CONTEXT,
  INVALID_SPANID,
  INVALID_TRACEID,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { reportFailure, safely } from '../diag.ts';
import type { MessageContext } from '../propagation/message-context.ts';
import type { AdapterInfo } from '../seam/instrumenter.ts';
import { attribute, type OperationType } from '../semantic-conventions/telemetry-names.ts';

/** What all spans of one operation on one destination have in common. */
export interface SpanTemplate {
  readonly name: string;
  readonly attributes: Readonly<Attributes>;
}

/**
 * The template of a span, with what the conventions ask of every messaging span.
 *
 * Semantic conventions 1.45, messaging spans: span name `{operation} {destination}`.
 *
 * @param type left out if the conventions have no type for the operation.
 * @param destination left out where a call goes to several.
 * @param nameTemplate what the span is named by instead, where names of destinations are without end.
 */
export function spanTemplate(
  adapter: AdapterInfo,
  operation: string,
  type: OperationType | undefined,
  destination: string | undefined,
  nameTemplate?: string | undefined,
): SpanTemplate {
  const attributes: Attributes = {
    [attribute.systemName]: adapter.system,
    [attribute.operationName]: operation,
  };
  if (type !== undefined) attributes[attribute.operationType] = type;
  if (destination === undefined) return { name: operation, attributes };
  attributes[attribute.destinationName] = destination;
  if (nameTemplate !== undefined) attributes[attribute.destinationTemplate] = nameTemplate;
  return { name: `${operation} ${nameTemplate ?? destination}`, attributes };
}

/** What starts the spans of an adapter. */
export interface SpanSource {
  readonly adapter: AdapterInfo;
  readonly tracer: () => Tracer;
}

/** A span of ours, and the context in which it is the active one. */
export interface Started {
  readonly span: Span;

  /** `undefined` where there is no trace, as tracing is suppressed or failed. */
  readonly spanContext: SpanContext | undefined;

  /** Whether it records. Only then attributes are set after its start. */
  readonly isRecording: boolean;

  /** The journey that the span belongs to; `undefined` where there is no trace. */
  readonly journeyId: string | undefined;
}

/** How a span starts, on top of its template. */
export interface StartOptions extends Omit<SpanOptions, 'links'> {
  /** The attributes that samplers see: the template's, and those of this operation that say where it goes or comes from. */
  readonly attributes: Attributes;

  /** Most spans have none, and then no list. */
  readonly links?: Link[] | undefined;
}

/**
 * Starts a span. If a sampler or a span processor throws, a span that does nothing stands in, and the trace of `parent` goes
 * on without it.
 *
 * Samplers see the attributes that the conventions name for them (semantic conventions 1.45, messaging spans): operation, system, destination,
 * partition and consumer group. The others are set after the start, and only if the span is recorded: an SDK goes through the start
 * attributes twice, even if the sampler says no.
 *
 * @param journeyId the journey to name; without it, that of the parent, or the span's own trace.
 */
export function startSpan(
  source: SpanSource,
  template: SpanTemplate,
  options: StartOptions,
  parent: MessageContext,
  journeyId: string | undefined = options.root ? undefined : ambientJourneyId(parent),
): Started {
  let span: Span | undefined;
  try {
    span = source.tracer().startSpan(template.name, options as SpanOptions, parent.forSdk());
    const spanContext = madeContext(span.spanContext());
    const journey = journeyId ?? spanContext?.traceId;
    const recording = span.isRecording();
    if (recording) {
      span.setAttribute(attribute.system, source.adapter.system);
      if (journey !== undefined) span.setAttribute(attribute.journeyId, journey);
    }
    return { span, spanContext, isRecording: recording, journeyId: journey };
  } catch (error) {
    reportFailure('Starting a span', error);
    if (span !== undefined) endSpan(span);
    return startedInstead(options, parent, journeyId);
  }
}

/** Whether a span records. One that cannot say so does not. */
export function isRecording(span: Span): boolean {
  try {
    return span.isRecording();
  } catch (error) {
    reportFailure('Asking a span whether it records', error);
    return false;
  }
}

/** Whether a span needs the result of its work: if it records, or cannot say so. */
export function awaitsEnd(span: Span): boolean {
  try {
    return span.isRecording();
  } catch {
    return true;
  }
}

/** Whether a span has recorded, and no longer does. One that was not sampled never did. */
export function hasEnded(span: Span): boolean {
  if (isRecording(span)) return false;
  const spanContext = safely('Reading the context of a span', () => span.spanContext());
  return spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** Whether a span that is active may be the parent of another: it stands for a trace, and has not ended in this process. */
export function canBeParent(span: Span): boolean {
  const spanContext = safely('Reading the context of a span', () => validContext(span));
  return spanContext !== undefined && (spanContext.isRemote === true || !hasEnded(span));
}

/** Whether a span stands for a trace that is not sampled, and records nothing. */
export function isUnsampled(span: Span, known?: SpanContext | undefined): boolean {
  const spanContext = known ?? safely('Reading the context of a span', () => validContext(span));
  return (
    spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) === 0 && !isRecording(span)
  );
}

/** Ends a span, whatever its processors throw. */
export function endSpan(span: Span): void {
  try {
    span.end();
  } catch (error) {
    reportFailure('Ending a span', error);
  }
}

function ambientJourneyId({ journey, span }: MessageContext): string | undefined {
  return journey?.id ?? (span && validContext(span)?.traceId);
}

/** The context of a span, if it stands for one. Spans that stand for none have a context, too: all zeros. */
export function validContext(span: Span): SpanContext | undefined {
  const spanContext = span.spanContext();
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** The context of a span that an SDK has just made: its ids are well-formed, or all zeros where tracing is suppressed. */
function madeContext(spanContext: SpanContext): SpanContext | undefined {
  return spanContext.traceId === INVALID_TRACEID || spanContext.spanId === INVALID_SPANID
    ? undefined
    : spanContext;
}

/** The context without a span: it keeps the trace of `parent`, unless a new one was to begin. */
function startedInstead(
  options: StartOptions,
  parent: MessageContext,
  journeyId: string | undefined,
): Started {
  const around = options.root ? undefined : parent.span;
  const inherited = around && safely('Reading the context of a span', () => validContext(around));
  const span = trace.wrapSpanContext(inherited ?? INVALID_SPAN_CONTEXT);
  return {
    span,
    spanContext: inherited,
    isRecording: false,
    journeyId: journeyId ?? inherited?.traceId,
  };
}
