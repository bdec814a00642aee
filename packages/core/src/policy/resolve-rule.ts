import { parseDuration } from './duration.ts';
import { type NameTemplate, nameTemplate } from './name-template.ts';
import type { BaggageRule, QueueRule } from './policy.ts';
import { globMatcher } from './queue-pattern.ts';
import type { ResolvedRule } from './resolved-rule.ts';

/** What {@link ResolvedRule.pattern} is where no name or pattern of the policy matches. */
export const defaultPattern = '(default)';

/**
 * Fills what a queue's rule leaves out from the policy's default. Both have been validated.
 *
 * @param pattern the name or pattern of the rule. Default: that of the policy's default.
 */
export function resolveRule(
  rule: QueueRule,
  defaults: QueueRule,
  pattern: string = defaultPattern,
): ResolvedRule {
  const trust = rule.trust ?? defaults.trust ?? 'trusted';
  const fallbackRelation = typeof defaults.relation === 'function' ? 'auto' : (defaults.relation ?? 'auto');
  const fallbackLate = defaults.late ?? 'link';
  const fallback = {
    pattern,
    relation: fallbackRelation,
    hasDefaultRelation: rule.relation === undefined && defaults.relation === undefined,
    linkAfter: parseDuration(defaults.linkAfter) ?? defaultLinkAfter,
    late: fallbackLate,
    mayBeAmbient: mayBeAmbient(fallbackRelation, fallbackLate),
    retries: rule.retries ?? defaults.retries ?? 'same',
    ageFrom: defaults.ageFrom ?? 'published',
    trust,
    ...propagation(rule, defaults),
    spans: rule.spans ?? defaults.spans ?? true,
    passesUnsampledOn: (rule.unsampled ?? defaults.unsampled) === 'pass-on',
    envelope: envelopeOf(rule.envelope ?? defaults.envelope),
    template: templateOf(rule.name ?? defaults.name),
    accepts: accepts(rule.baggage, defaults.baggage, trust),
    sends: keyMatcher(rule.baggage?.send ?? defaults.baggage?.send),
    get fallback(): ResolvedRule {
      return fallback;
    },
  } satisfies ResolvedRule;
  const relation = rule.relation ?? defaults.relation ?? 'auto';
  const late = rule.late ?? fallbackLate;
  return {
    ...fallback,
    relation,
    linkAfter: parseDuration(rule.linkAfter) ?? fallback.linkAfter,
    late,
    mayBeAmbient: mayBeAmbient(relation, late),
    ageFrom: rule.ageFrom ?? fallback.ageFrom,
    fallback,
  };
}

/** What a rule that takes over no baggage accepts: such baggage is not even read. */
export function noKey(): boolean {
  return false;
}

const defaultLinkAfter = 60_000;

/** A rule's own `accept` or propagator takes the place of either of the default's. */
function propagation(
  rule: QueueRule,
  defaults: QueueRule,
): Pick<ResolvedRule, 'propagate' | 'accept' | 'propagator' | 'carriesBaggage' | 'carriesWaybill'> {
  const { accept, propagator } = rule.accept === undefined && rule.propagator === undefined ? defaults : rule;
  return {
    propagate: rule.propagate ?? defaults.propagate ?? true,
    accept: accept?.map((name) => name.toLowerCase()),
    propagator,
    carriesBaggage: rule.carrier?.baggage ?? defaults.carrier?.baggage ?? true,
    carriesWaybill: rule.carrier?.waybill ?? defaults.carrier?.waybill ?? true,
  };
}

const defaultEnvelopeBytes = 262_144;

function envelopeOf(envelope: QueueRule['envelope']): ResolvedRule['envelope'] {
  if (envelope === undefined) return undefined;
  const { format, maxBytes = defaultEnvelopeBytes } =
    typeof envelope === 'string' ? { format: envelope } : envelope;
  return { format, maxBytes };
}

function templateOf(text: string | undefined): NameTemplate | undefined {
  return text === undefined ? undefined : nameTemplate(text);
}

function mayBeAmbient(relation: ResolvedRule['relation'], late: ResolvedRule['late']): boolean {
  return (
    relation === 'ambient' || typeof relation === 'function' || (relation === 'auto' && late === 'ambient')
  );
}

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
