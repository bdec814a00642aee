import { parseDuration } from './duration.ts';
import type { BaggageRule, QueueRule } from './policy.ts';
import { globMatcher } from './queue-pattern.ts';
import type { ResolvedRule } from './resolved-rule.ts';

/** Fills what a queue's rule leaves out from the policy's default. Both have been validated. */
export function resolveRule(rule: QueueRule, defaults: QueueRule): ResolvedRule {
  const trust = rule.trust ?? defaults.trust ?? 'trusted';
  const fallback = {
    relation: typeof defaults.relation === 'function' ? 'auto' : (defaults.relation ?? 'auto'),
    linkAfter: parseDuration(defaults.linkAfter) ?? defaultLinkAfter,
    ageFrom: defaults.ageFrom ?? 'published',
    trust,
    accepts: accepts(rule.baggage, defaults.baggage, trust),
    sends: keyMatcher(rule.baggage?.send ?? defaults.baggage?.send),
    get fallback(): ResolvedRule {
      return fallback;
    },
  } satisfies ResolvedRule;
  return {
    ...fallback,
    relation: rule.relation ?? defaults.relation ?? 'auto',
    linkAfter: parseDuration(rule.linkAfter) ?? fallback.linkAfter,
    ageFrom: rule.ageFrom ?? fallback.ageFrom,
    fallback,
  };
}

/** What a rule that takes over no baggage accepts: such baggage is not even read. */
export function noKey(): boolean {
  return false;
}

const defaultLinkAfter = 60_000;

function accepts(
  own: BaggageRule | undefined,
  defaults: BaggageRule | undefined,
  trust: ResolvedRule['trust'],
): ResolvedRule['accepts'] {
  return keyMatcher(own?.accept ?? defaults?.accept ?? (trust === 'untrusted' ? [] : undefined));
}

function keyMatcher(keys: readonly string[] | undefined): ((key: string) => boolean) | undefined {
  if (keys === undefined) return undefined;
  if (keys.length === 0) return noKey;
  const matchers = keys.map(globMatcher);
  return (key) => matchers.some((matches) => matches(key));
}
