import type { RelationReason } from '../../policy/decide-relation.ts';
import type { Duration } from '../../policy/duration.ts';
import type { Relation, RequestedRelation } from '../../policy/policy.ts';

/** What is supposed of a message whose handling is explained. What is left out is as with most messages. */
export interface ExplainOptions {
  /** How long ago it was published. Default 0: just now. */
  readonly age?: Duration | undefined;

  /** How much of the age its sender wanted it to wait. Default 0. */
  readonly delay?: Duration | undefined;

  /** Which delivery of the message it is, from 1. Default 1. */
  readonly attempt?: number | undefined;

  /** Whether the trace of the message, of its publisher and of the active span is not sampled. Default `false`. */
  readonly unsampled?: boolean | undefined;

  /** Whether a span is active where the message is handled, such as a Lambda invocation's. Default `false`. */
  readonly inSpan?: boolean | undefined;

  /** Whether a schedule made the message. Default `false`. */
  readonly recurring?: boolean | undefined;

  /** What the message carries: a context (`'valid'`), none, or one that cannot be read. Default `'valid'`. */
  readonly context?: 'valid' | 'none' | 'malformed' | undefined;

  /** The relation that its sender requests. Default: none. */
  readonly requests?: RequestedRelation | undefined;

  /** The baggage keys that are active where it is sent, and that it carries where it is handled. Default: none. */
  readonly baggage?: readonly string[] | undefined;
}

/** What a policy does with the messages of a queue. A plain object, which JSON can hold. */
export interface PolicyExplanation {
  /** The messaging system that was asked for; `undefined` where none was. */
  readonly system: string | undefined;
  readonly queue: string;

  /** Whether Waybill does anything. */
  readonly enabled: boolean;

  /** The name or pattern of the rule that holds; `(default)` where none matches. */
  readonly rule: string;

  /** The rules that match the queue as well, the closest first, and why each gave way to {@link rule}. */
  readonly others: readonly { readonly rule: string; readonly because: string }[];

  /** What spans call the queue: its name, or the template that stands for it. */
  readonly destination: string;

  readonly publish: PublishExplanation;
  readonly consume: ConsumeExplanation;
}

/** What happens to a message that is sent, in a trace. */
export interface PublishExplanation {
  /** Whether a span is made for it. */
  readonly span: boolean;

  /** The headers that are written, in lower case. */
  readonly headers: readonly string[];

  /** The baggage keys that are sent, of those that are active. */
  readonly baggage: readonly string[];

  /** The same in a sentence. */
  readonly summary: string;
}

/** What happens to a message that is handled. It is supposed to carry all that Waybill writes. */
export interface ConsumeExplanation {
  /** Whether a span is made for it. */
  readonly span: boolean;

  /** How its consumer relates to its trace. */
  readonly relation: Relation;

  /** Why, as `waybill.relation.reason` says it. */
  readonly reason: RelationReason;

  /** The age that was decided on, in s; `undefined` where it is not known. */
  readonly age: number | undefined;

  /** The age up to which it would be a child, in s, where its age decided. */
  readonly linkAfter: number | undefined;

  /** The trace that its handler runs in: that of the message, that of the active span, a new one, or none. */
  readonly trace: 'message' | 'active' | 'new' | 'none';

  /** Whether the span links to where the message was sent. */
  readonly link: boolean;

  /** Whether the journey of the message goes on. */
  readonly journey: boolean;

  /** The baggage keys that are taken over, of those that the message carries. */
  readonly baggage: readonly string[];

  /** The same in a sentence. */
  readonly summary: string;
}
