import type { QueueRule, WaybillPolicy } from './policy.ts';
import { type QueuePattern, queuePatterns } from './queue-pattern.ts';
import { resolveRule } from './resolve-rule.ts';
import type { ResolvedRule } from './resolved-rule.ts';

/** A rule, by a pattern that it holds for. */
export interface RuleEntry {
  readonly pattern: QueuePattern;
  readonly rule: ResolvedRule;
}

/** A validated policy, ready to be asked. It never changes: another policy is another one. */
export class PolicyResolver {
  /** Whether Waybill does anything. */
  readonly enabled: boolean;

  /** What holds where no pattern matches. */
  readonly defaultRule: ResolvedRule;

  /** All others, the closest pattern first. */
  readonly #entries: readonly RuleEntry[];

  constructor(policy: WaybillPolicy) {
    this.enabled = policy.enabled ?? true;
    this.defaultRule = resolveRule({}, policy);
    this.#entries = Object.entries(policy.queues ?? {})
      .flatMap(([name, rule]: [string, QueueRule]) => {
        const resolved = resolveRule(rule, policy, name);
        return queuePatterns(name).map((pattern) => ({ pattern, rule: resolved }));
      })
      .sort((a, b) => closerFirst(a.pattern, b.pattern));
  }

  /** Every rule. */
  get rules(): ReadonlySet<ResolvedRule> {
    return new Set([...this.#entries.map(({ rule }) => rule), this.defaultRule]);
  }

  /** The rule for a queue: exact name, then the most specific pattern, then the default. */
  ruleFor(system: string, queueKey: string): ResolvedRule {
    return this.#entries.find(({ pattern }) => pattern.matches(system, queueKey))?.rule ?? this.defaultRule;
  }

  /** Every rule but the default whose pattern matches a queue, that of {@link ruleFor} first. */
  matching(system: string, queueKey: string): RuleEntry[] {
    const entries = this.#entries.filter(({ pattern }) => pattern.matches(system, queueKey));
    // A pattern with a colon may match by both of its readings.
    return entries.filter(({ rule }, index) => entries.findIndex((entry) => entry.rule === rule) === index);
  }
}

/** The policy that is in force. A change takes its place as a whole. */
export interface PolicyInForce {
  readonly current: PolicyResolver;
}

function closerFirst(a: QueuePattern, b: QueuePattern): number {
  const criterion = decidingCriterion(a, b);
  return criterion === undefined ? 0 : (b.specificity[criterion] ?? 0) - (a.specificity[criterion] ?? 0);
}

/** By which of the criteria of {@link QueuePattern.specificity} one of two patterns is the closer one; `undefined` where by none. */
export function decidingCriterion(a: QueuePattern, b: QueuePattern): number | undefined {
  const criterion = a.specificity.findIndex((value, index) => value !== b.specificity[index]);
  return criterion < 0 ? undefined : criterion;
}
