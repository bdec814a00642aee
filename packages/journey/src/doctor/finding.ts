import type { JourneySpan, SpanReference } from '../spans/journey-span.ts';

/**
 * What the doctor looks for. `docs/doctor.md` tells of each how it comes about and what mends it.
 */
export type FindingRule =
  | 'lost-context'
  | 'wrong-parent'
  | 'dead-link'
  | 'cut-links'
  | 'late-child'
  | 'endless-trace'
  | 'self-feeding-consumer'
  | 'one-sided-queue'
  | 'doubled-span'
  | 'shared-context'
  | 'unlinked-retry'
  | 'clock-skew'
  | 'mixed-names';

/** How bad it is, in the words of SARIF: an `error` breaks traces, a `warning` makes them misleading, a `note` may be as wanted. */
export type FindingLevel = 'error' | 'warning' | 'note';

/** One thing that is wrong with the traces of one queue, service or pair of clocks. Plain data. */
export interface Finding {
  readonly rule: FindingRule;
  readonly level: FindingLevel;

  /** As a policy names it, such as `kafka:orders`. `undefined` where it is not about a queue. */
  readonly queue?: string | undefined;

  /** The services that show it. */
  readonly services: readonly string[];

  /** What is wrong, with numbers. One sentence. */
  readonly message: string;

  /** What to do. */
  readonly fix: string;

  /** How many times it shows. */
  readonly count: number;

  /** Some spans that show it, the earliest first. At most three. */
  readonly evidence: readonly Evidence[];
}

/** A span to look at. */
export interface Evidence extends SpanReference {
  readonly name: string;
  readonly service?: string | undefined;
}

/** What a check tells of a finding; the rest follows from the spans. */
export interface FindingText {
  readonly level: FindingLevel;
  readonly queue?: string | undefined;
  readonly message: string;
  readonly fix: string;

  /** Default: the number of spans. */
  readonly count?: number | undefined;
}

/** @param spans that show it, in order. */
export function findingOf(rule: FindingRule, spans: readonly JourneySpan[], text: FindingText): Finding {
  const { level, queue, message, fix, count = spans.length } = text;
  const services = [
    ...new Set(spans.flatMap(({ service }) => (service === undefined ? [] : [service]))),
  ].sort();
  const evidence = spans
    .slice(0, 3)
    .map(({ traceId, spanId, name, service }) => ({ traceId, spanId, name, service }));
  return { rule, level, queue, services, message, fix, count, evidence };
}

/** A number with its word: `1 message`, `3 messages`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The queue as a policy names it, or that it has no name. */
export function queueText(queue: string | undefined): string {
  return queue ?? 'a queue that is not named';
}
