import type { SpanContext } from '@opentelemetry/api';
import { isThenable } from '../ground/settled.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { Relation, RequestedRelation } from './policy.ts';
import type { ResolvedRule } from './resolved-rule.ts';

/** What a message carried, decoded: everything that a decision needs. */
export interface DecisionInput {
  readonly message: IncomingMessage;

  /** The context the message was created in; `undefined` if it carried no readable one. */
  readonly spanContext: SpanContext | undefined;

  /** Whether it carried an unreadable context. */
  readonly malformed: boolean;

  /** Whether it carried several that differ, or several headers of our own. */
  readonly repeated: boolean;

  /** When it was first published, in ms since the epoch; `undefined` where that is not known. */
  readonly sentAt: number | undefined;

  /** Where {@link sentAt} was read: `waybill` for our own header, or the broker's field. */
  readonly sentAtSource: string;

  /** The relation the sender asked for. */
  readonly requestedRelation: RequestedRelation | undefined;

  /** The journey the message belongs to, if the sender is trusted. */
  readonly journeyId: string | undefined;
}

/**
 * Why a message's consumer has its relation, the value of `waybill.relation.reason`:
 *
 * - `fresh`: no older than `linkAfter`; `late`: older; `no-timestamp`: of unknown age, treated as fresh
 * - `rule`: the queue's rule says so; `sender`: the sender asked for it, and the rule leaves it open
 * - `invocation`: it is the default for a message that a function is invoked with, inside the span of the invocation
 * - `no-ambient`: the rule says `ambient`, and no span is active
 * - `retry`: it was delivered before, and the rule has retries link
 * - `untrusted`, `recurring`: such messages are never parents
 * - `batch`: several messages are handled together, which is decided for all of them (`operations/process/start-batch.ts`)
 * - `repeated`: it carried several contexts that differ; the last is linked to
 * - `no-context`: the message carried none; `malformed`: it carried one that cannot be read
 */
export type RelationReason =
  | 'fresh'
  | 'late'
  | 'no-timestamp'
  | 'rule'
  | 'sender'
  | 'invocation'
  | 'no-ambient'
  | 'retry'
  | 'untrusted'
  | 'recurring'
  | 'batch'
  | 'repeated'
  | 'no-context'
  | 'malformed';

/** The decision for one message, and its inputs. */
export interface RelationDecision {
  readonly relation: Relation;
  readonly reason: RelationReason;

  /** The age up to which it would have been a child, in ms, where its age decided; `undefined` where something else did. */
  readonly linkAfter?: number | undefined;

  /**
   * How long ago the message was published, or due if the rule says so; in ms, from 0 to ten years; `undefined` if not
   * known.
   */
  readonly age: number | undefined;

  /** Whether the sender's clock was ahead, so the age counts as 0, or off by more than ten years, so there is no age. */
  readonly skewed: boolean;

  /** The error of the rule's function, or an error that names its answer if that is not a relation. */
  readonly failure?: unknown;
}

/** What a decision looks at beside the message, the rule and the time. Both are found out only for rules that ask for them. */
export interface Circumstances {
  /** Whether a span is active that the consumer's may be a child of. */
  readonly isInSpan: boolean;

  /** Which delivery of the message it is, from 1; `undefined` where that is not known. */
  readonly attempt: number | undefined;
}

/** A first delivery outside of any span. */
export const plainCircumstances: Circumstances = { isInSpan: false, attempt: undefined };

/**
 * Decides whether the consumer of a message becomes a child of the message's context, links to it from a new trace or from the
 * span that is active, or starts a new trace without a link. It is a pure function.
 *
 * @param incoming what the message carried.
 * @param rule what the policy says about its queue.
 * @param now the time, in ms since the epoch.
 */
export function decideRelation(
  incoming: DecisionInput,
  rule: ResolvedRule,
  now: number,
  circumstances: Circumstances = plainCircumstances,
): RelationDecision {
  const elapsed = incoming.sentAt === undefined ? undefined : now - incoming.sentAt;
  const plausible = elapsed !== undefined && Math.abs(elapsed) <= longestAge;
  const skewed = elapsed !== undefined && (elapsed < 0 || !plausible);
  const age = plausible ? Math.max(0, elapsed - intendedDelay(incoming, rule)) : undefined;
  let { relation: asked } = rule;
  if (typeof asked === 'function') {
    try {
      asked = incoming.spanContext === undefined ? 'auto' : checkedRelation(asked(incoming.message, age));
    } catch (failure) {
      return { ...decideRelation(incoming, rule.fallback, now, circumstances), failure };
    }
  }
  const { relation, reason } = relate(incoming, rule, asked, age, circumstances);
  const linkAfter = reason === 'fresh' || reason === 'late' ? rule.linkAfter : undefined;
  return { relation, reason, linkAfter, age, skewed };
}

/** @param asked what the rule says, or its function. */
function relate(
  incoming: DecisionInput,
  rule: ResolvedRule,
  asked: Relation | 'auto',
  age: number | undefined,
  { isInSpan, attempt = 1 }: Circumstances,
): Pick<RelationDecision, 'relation' | 'reason'> {
  const followsInvocation = isInSpan && rule.hasDefaultRelation && incoming.message.isInvocation === true;
  if (incoming.spanContext === undefined) {
    const relation = isInSpan && (asked === 'ambient' || followsInvocation) ? 'ambient' : 'none';
    return { relation, reason: rule.propagate ? (incoming.malformed ? 'malformed' : 'no-context') : 'rule' };
  }
  if (asked === 'none') return { relation: 'none', reason: 'rule' };
  if (rule.retries === 'link' && attempt > 1) return { relation: 'link', reason: 'retry' };
  if (asked === 'ambient') {
    return isInSpan ? { relation: 'ambient', reason: 'rule' } : { relation: 'link', reason: 'no-ambient' };
  }
  if (followsInvocation) return { relation: 'ambient', reason: 'invocation' };
  if (rule.trust === 'untrusted') return { relation: 'link', reason: 'untrusted' };
  if (incoming.message.recurring) return { relation: 'link', reason: 'recurring' };
  if (incoming.repeated) return { relation: 'link', reason: 'repeated' };
  if (asked !== 'auto') return { relation: asked, reason: 'rule' };
  if (incoming.requestedRelation !== undefined) {
    return { relation: incoming.requestedRelation, reason: 'sender' };
  }
  if (age === undefined) return { relation: 'parent', reason: 'no-timestamp' };
  if (age <= rule.linkAfter) return { relation: 'parent', reason: 'fresh' };
  return { relation: rule.late === 'ambient' && isInSpan ? 'ambient' : 'link', reason: 'late' };
}

/** Ten years in ms. An older time, or one as far ahead, is not a time in ms; it may be in seconds. */
const longestAge = 10 * 365.25 * 24 * 3_600_000;

/** The part of a message's age, in ms, that its rule leaves out. */
function intendedDelay(incoming: DecisionInput, { ageFrom }: ResolvedRule): number {
  return ageFrom === 'due' ? wantedDelay(incoming) : 0;
}

/** How long the sender wanted a message to wait, in ms; 0 where that is not known. */
export function wantedDelay({ message, sentAt }: Pick<DecisionInput, 'message' | 'sentAt'>): number {
  const { delay, dueAt } = message;
  if (delay !== undefined) return Number.isFinite(delay) ? Math.max(delay, 0) : 0;
  return dueAt !== undefined && sentAt !== undefined && dueAt > sentAt ? dueAt - sentAt : 0;
}

const relations = ['auto', 'parent', 'link', 'ambient', 'none'] as const;

/** The answer of a relation function, if it is a relation. */
export function checkedRelation(answer: unknown): Relation | 'auto' {
  if (typeof answer === 'string' && (relations as readonly string[]).includes(answer))
    return answer as Relation;
  // An asynchronous function is a mistake. Its rejection must not end the process as unhandled.
  if (isThenable(answer)) answer.then(undefined, () => undefined);
  throw new TypeError(
    `The relation function answered ${String(answer)}, which is not 'auto', 'parent', 'link', 'ambient' or 'none'.`,
  );
}
