import type { QueueRule, WaybillPolicy } from './policy.ts';
import { type QueuePattern, queuePatterns } from './queue-pattern.ts';
import { resolveRule } from './resolve-rule.ts';
import type { ResolvedRule } from './resolved-rule.ts';

/** Finds the rule for a queue. */
export type PolicyResolver = (system: string, queueKey: string) => ResolvedRule;

/** Makes a resolver of a validated policy: exact name first, then the most specific pattern, then the default. */
export function policyResolver(policy: WaybillPolicy): PolicyResolver {
  const entries = Object.entries(policy.queues ?? {})
    .flatMap(([name, rule]: [string, QueueRule]) => {
      const resolved = resolveRule(rule, policy, name);
      return queuePatterns(name).map((pattern) => ({ pattern, rule: resolved }));
    })
    .sort((a, b) => closerFirst(a.pattern, b.pattern));
  const otherwise = resolveRule({}, policy);
  return (system, queueKey) =>
    entries.find((entry) => entry.pattern.matches(system, queueKey))?.rule ?? otherwise;
}

function closerFirst(a: QueuePattern, b: QueuePattern): number {
  for (const [index, value] of a.specificity.entries()) {
    const difference = (b.specificity[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}
