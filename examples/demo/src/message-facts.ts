import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { HandledMessage } from './handled-messages.ts';

/** What is known of a message that was handled. */
export interface MessageFacts {
  readonly queue: string;

  /** How its span stands to the trace it came from, and why. */
  readonly relation: string;
  readonly reason: string;

  /** How old it was when its handling began; `null` where that is not known. */
  readonly ageSeconds: number | null;

  readonly traceId: string;
  readonly spanId: string;

  /** `null` for the root of a trace. */
  readonly parentSpanId: string | null;

  readonly links: readonly LinkFacts[];

  /** What the handler saw. */
  readonly baggage: Readonly<Record<string, string>>;

  readonly journeyId: string;

  /** The class of the error that its handler failed with; `null` if it did not. */
  readonly error: string | null;
}

/** A link of a message's span. */
export interface LinkFacts {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** Reads off the spans what became of a message; `undefined` where no span was recorded for it. */
export function messageFacts(
  message: HandledMessage,
  spans: readonly ReadableSpan[],
): MessageFacts | undefined {
  const span = spans.find((candidate) => candidate.spanContext().spanId === message.spanId);
  if (span === undefined) return undefined;
  const { attributes, parentSpanContext, links } = span;
  const age = attributes['waybill.message.age'];
  return {
    queue: message.queue,
    relation: String(attributes['waybill.relation']),
    reason: String(attributes['waybill.relation.reason']),
    ageSeconds: typeof age === 'number' ? age : null,
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentSpanId: parentSpanContext?.spanId ?? null,
    links: links.map(({ context: { traceId, spanId }, attributes: linkAttributes = {} }) => ({
      traceId,
      spanId,
      attributes: linkAttributes,
    })),
    baggage: message.baggage,
    journeyId: String(attributes['waybill.journey.id']),
    error: attributes['error.type'] === undefined ? null : String(attributes['error.type']),
  };
}
