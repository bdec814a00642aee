import {
  type Attributes,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import type { Environment } from '../environment.ts';
import type { MessageContext } from '../propagation/message-context.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { report } from './report.ts';
import type { SpanPlan } from './span-plan.ts';

/** A span of ours, and the context in which it is the active one. */
export interface Started {
  readonly span: Span;

  /** `undefined` where there is no trace, as tracing is suppressed or failed. */
  readonly spanContext: SpanContext | undefined;

  /** The context that the span was started in, with the span in it. */
  readonly context: MessageContext;

  /** The journey that the span belongs to; `undefined` where there is no trace. */
  readonly journeyId: string | undefined;
}

/** How a span starts, on top of its plan. */
export interface StartOptions extends SpanOptions {
  /** Those that samplers see: a copy of those of the plan, and what the operation at hand adds. */
  readonly attributes: Attributes;
}

/**
 * Starts a span. If a sampler or a span processor throws, a span that does nothing stands in, and the trace of `parent` goes
 * on without it.
 *
 * Samplers see what the conventions name for them (semantic conventions 1.45, messaging spans). What no sampler needs is set
 * after the start, and only where it is recorded: an SDK goes through the attributes of the start twice, and through all of
 * them also where the sampler says no.
 *
 * @param journeyId the journey to name; without it, that of the parent, or the span's own trace.
 */
export function startSpan(
  env: Environment,
  plan: SpanPlan,
  options: StartOptions,
  parent: MessageContext,
  journeyId: string | undefined = options.root ? undefined : ambientJourneyId(parent),
): Started {
  let span: Span;
  try {
    span = env.tracer().startSpan(plan.name, options, parent);
  } catch (error) {
    report('Starting a span failed; messages are not affected', error);
    span = standIn(options, parent);
  }
  const spanContext = validContext(span);
  const journey = journeyId ?? spanContext?.traceId;
  if (span.isRecording()) {
    span.setAttribute(attribute.system, env.profile.system);
    if (journey !== undefined) span.setAttribute(attribute.journeyId, journey);
  }
  return { span, spanContext, context: parent.withSpan(span), journeyId: journey };
}

/** Ends a span, whatever its processors throw. */
export function endSpan({ span }: { readonly span: Span }): void {
  try {
    span.end();
  } catch (error) {
    report('Ending a span failed; messages are not affected', error);
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

function standIn(options: SpanOptions, { span }: MessageContext): Span {
  return trace.wrapSpanContext((options.root ? undefined : span?.spanContext()) ?? INVALID_SPAN_CONTEXT);
}
