import type { Context, SpanContext } from '@opentelemetry/api';
import type { ResolvedRule } from '../../policy/resolved-rule.ts';
import type { HeaderCarrier, HeaderRefusal, HeaderValue } from '../../seam/headers.ts';

/** Writes a header. The writer counts refusals. */
export type WriteHeader = (name: string, value: string) => void;

/** What was read from a carrier. */
export interface Extracted {
  /** The given context, with the message's baggage and without a span. */
  readonly context: Context;

  /** The context the message was created in; `undefined` if there is no readable one. */
  readonly spanContext: SpanContext | undefined;

  /** Whether there is one that cannot be read. */
  readonly malformed: boolean;

  /** Whether there are several that differ, of which the last was read. */
  readonly repeated: boolean;
}

/** Turns contexts into headers and back. */
export interface ContextCodec {
  /** The names it reads and writes, in lower case. */
  readonly headerNames: readonly string[];

  /** Reads what a message carries into `into`, which has neither span nor baggage. */
  extract(message: HeaderCarrier, into: Context, rule: ResolvedRule, reportProblem: ReportProblem): Extracted;

  /** A header that is not the codec's own, as it is to be read. */
  read(message: HeaderCarrier, name: string): HeaderValue;

  /** The context that a message was created in, if it carries one that can be read. */
  creationContext(message: HeaderCarrier): SpanContext | undefined;

  /**
   * Writes the span of a context, the most important header first.
   *
   * @param spanContext that of the span, which is valid.
   */
  injectSpan(context: Context, spanContext: SpanContext, write: WriteHeader): void;

  /** Writes the baggage of a context. */
  injectBaggage(
    context: Context,
    sends: ResolvedRule['sends'],
    write: WriteHeader,
    reportProblem: ReportProblem,
  ): void;
}

/**
 * Why a header, or a part of one, was not taken over or not written, the value of `waybill.carrier.reason`:
 * `malformed`, `repeated` (several that differ), refused by the adapter (`limit`, `empty`, `foreign`), `dropped` (members of baggage over a limit or malformed),
 * `clock-skew` (a publish time ahead of the consumer's clock), or `error` (something threw).
 */
export type HeaderProblem = HeaderRefusal | 'malformed' | 'repeated' | 'dropped' | 'clock-skew' | 'error';

/** Counts a problem of a header. */
export type ReportProblem = (header: string, reason: HeaderProblem, count?: number) => void;
