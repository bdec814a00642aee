import { isThenable } from '../ground/settled.ts';
import type { DecisionInput } from './decision-input.ts';
import type { Relation } from './policy.ts';
import type { ResolvedRule } from './resolved-rule.ts';

/**
 * Why a message's consumer has its relation, the value of `waybill.relation.reason`:
 *
 * - `fresh`: no older than `linkAfter`; `late`: older; `no-timestamp`: of unknown age, treated as fresh
 * - `rule`: the queue's rule says so; `sender`: the sender asked for it, and the rule leaves it open
 * - `untrusted`, `recurring`, `batch`: such messages are never parents
 * - `repeated`: it carried several contexts that differ; the last is linked to
 * - `no-context`: the message carried none; `malformed`: it carried one that cannot be read
 */
export type RelationReason =
  | 'fresh'
  | 'late'
  | 'no-timestamp'
  | 'rule'
  | 'sender'
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

/**
 * Decides whether the consumer of a message becomes a child of the message's context, links to it from a new trace, or
 * starts a new trace without a link. It is a pure function.
 *
 * @param incoming what the message carried.
 * @param rule what the policy says about its queue.
 * @param now the time, in ms since the epoch.
 */
export function decideRelation(incoming: DecisionInput, rule: ResolvedRule, now: number): RelationDecision {
  const elapsed = incoming.sentAt === undefined ? undefined : now - incoming.sentAt;
  const plausible = elapsed !== undefined && Math.abs(elapsed) <= longestAge;
  const skewed = elapsed !== undefined && (elapsed < 0 || !plausible);
  const age = plausible ? Math.max(0, elapsed - intendedDelay(incoming, rule)) : undefined;
  const decided = (relation: Relation, reason: RelationReason): RelationDecision => ({
    relation,
    reason,
    age,
    skewed,
  });

  if (incoming.spanContext === undefined)
    return decided('none', incoming.malformed ? 'malformed' : 'no-context');

  let relation = rule.relation;
  if (typeof relation === 'function') {
    try {
      relation = checkedRelation(relation(incoming.message, age));
    } catch (failure) {
      return { ...decideRelation(incoming, rule.fallback, now), failure };
    }
  }
  if (relation === 'none') return decided('none', 'rule');
  if (rule.trust === 'untrusted') return decided('link', 'untrusted');
  if (incoming.message.recurring) return decided('link', 'recurring');
  if (incoming.repeated) return decided('link', 'repeated');
  if (relation !== 'auto') return decided(relation, 'rule');
  if (incoming.requestedRelation !== undefined) return decided(incoming.requestedRelation, 'sender');
  if (age === undefined) return decided('parent', 'no-timestamp');
  return age <= rule.linkAfter ? decided('parent', 'fresh') : decided('link', 'late');
}

/** Ten years in ms. An older time, or one as far ahead, is not a time in ms; it may be in seconds. */
const longestAge = 10 * 365.25 * 24 * 3_600_000;

/** The part of a message's age, in ms, that its rule leaves out. */
function intendedDelay({ message }: DecisionInput, { ageFrom }: ResolvedRule): number {
  const { delay = 0 } = message;
  return ageFrom === 'due' && delay > 0 ? delay : 0;
}

/** The answer of a relation function, if it is a relation. */
export function checkedRelation(answer: unknown): Relation | 'auto' {
  if (answer === 'auto' || answer === 'parent' || answer === 'link' || answer === 'none') return answer;
  // An asynchronous function is a mistake. Its rejection must not end the process as unhandled.
  if (isThenable(answer)) answer.then(undefined, () => undefined);
  throw new TypeError(
    `The relation function answered ${String(answer)}, which is not 'auto', 'parent', 'link' or 'none'.`,
  );
}
