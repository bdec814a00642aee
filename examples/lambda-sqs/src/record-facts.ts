import type { RecordedSpans } from '@waybill/testing';

/** What became of one delivery of a record. */
export interface RecordFacts {
  /** How its span relates to the sender's trace, and why. */
  readonly relation: unknown;
  readonly reason: unknown;

  /** Which delivery it was, from 1. */
  readonly attempt: unknown;

  /** The name of the span that it is below. */
  readonly parent: string | undefined;

  /** What its links lead to, such as `creation`. */
  readonly links: readonly unknown[];

  /** `retry` where it failed. */
  readonly outcome: unknown;
}

/** What became of each delivery, in the order of their spans. */
export function factsOf(spans: RecordedSpans): RecordFacts[] {
  const all = Array.from({ length: spans.each.count }, (_, index) => spans.each.at(index).only);
  const records = all.filter(({ kind, scope }) => kind === 'CONSUMER' && scope === '@waybill/sqs');
  return records.map(({ attributes, links, parentSpanId }) => ({
    relation: attributes['waybill.relation'],
    reason: attributes['waybill.relation.reason'],
    attempt: attributes['waybill.message.attempt'],
    parent: all.find(({ spanId }) => spanId === parentSpanId)?.name,
    links: links.map((link) => link.attributes['waybill.link.to']),
    outcome: attributes['waybill.message.outcome'],
  }));
}
