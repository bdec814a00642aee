import type { TextMapPropagator } from '@opentelemetry/api';
import type { NameTemplate } from './name-template.ts';
import type { Relation, RelationFunction } from './policy.ts';

/** A rule with nothing left out: the queue's own, over the policy's default, over Waybill's. */
export interface ResolvedRule {
  /** The name or pattern that it has in the policy, as it is written there; `(default)` for what holds where none matches. */
  readonly pattern: string;

  readonly relation: Relation | 'auto' | RelationFunction;

  /** Whether neither the rule nor the policy names a relation. */
  readonly hasDefaultRelation: boolean;

  /** In ms. */
  readonly linkAfter: number;

  readonly late: 'link' | 'ambient';

  /** Whether the relation may be `ambient`, so that it matters which span is active. */
  readonly mayBeAmbient: boolean;

  readonly retries: 'same' | 'link';

  readonly ageFrom: 'published' | 'due';

  readonly trust: 'trusted' | 'untrusted';

  /** Whether a consumer takes over the baggage entry of this key; `undefined` where it takes over all. */
  readonly accepts: ((key: string) => boolean) | undefined;

  /** Whether a publisher sends the baggage entry of this key; `undefined` where it sends all. */
  readonly sends: ((key: string) => boolean) | undefined;

  /** Whether there are spans of ours. */
  readonly spans: boolean;

  /** Whether contexts are written and read. */
  readonly propagate: boolean;

  /** Whether no span is made in a trace that is not sampled. */
  readonly passesUnsampledOn: boolean;

  /** Where contexts are read; `undefined` for `traceparent` alone, without wrappings. In lower case. */
  readonly accept: readonly string[] | undefined;

  /** The envelope that headers are looked for in; `undefined` where bodies are not looked at. */
  readonly envelope: { readonly format: string; readonly maxBytes: number } | undefined;

  /** `undefined` for that of `createWaybill`. */
  readonly propagator: TextMapPropagator | undefined;

  readonly template: NameTemplate | undefined;

  /** Whether baggage is written. */
  readonly carriesBaggage: boolean;

  /** Whether our own header is written. */
  readonly carriesWaybill: boolean;

  /** What applies to a message for which the function in {@link relation} failed. Has no function itself. */
  readonly fallback: ResolvedRule;
}
