import type { MessageView } from '../seam/message-view.ts';
import { checkedRelation } from './decide-relation.ts';
import { durationForms, parseDuration } from './duration.ts';
import { isNameTemplate, templateForms } from './name-template.ts';
import type { RelationFunction } from './policy.ts';
import { isListOfTexts, isObject, type PolicyMistakes, show } from './policy-mistakes.ts';
import { checkAccept, checkCarrier, checkEnvelope, checkPropagator } from './validate-propagation.ts';

/** The keys of a rule. */
export const ruleKeys: readonly string[] = [
  'relation',
  'linkAfter',
  'late',
  'retries',
  'ageFrom',
  'trust',
  'baggage',
  'spans',
  'propagate',
  'unsampled',
  'accept',
  'envelope',
  'propagator',
  'name',
  'carrier',
];

/** Adds what is wrong with a rule, or with the policy as far as it is one. */
export function checkRule(
  path: readonly string[],
  rule: unknown,
  keys: readonly string[],
  mistakes: PolicyMistakes,
): void {
  if (!isObject(rule)) {
    mistakes.add(path, `${show(rule)} is not an object. Write { linkAfter: '1m' }, for instance.`);
    return;
  }
  mistakes.addUnknownKeys(path, rule, keys);
  checkRelation([...path, 'relation'], rule.relation, mistakes);
  if (rule.linkAfter !== undefined && parseDuration(rule.linkAfter) === undefined) {
    mistakes.add(
      [...path, 'linkAfter'],
      `${show(rule.linkAfter)} is not a duration. Write ${durationForms}.`,
    );
  }
  for (const [key, choices] of Object.entries(choicesByKey)) {
    mistakes.checkChoice([...path, key], rule[key], choices);
  }
  checkBaggage([...path, 'baggage'], rule.baggage, mistakes);
  checkAccept([...path, 'accept'], rule.accept, mistakes);
  checkEnvelope([...path, 'envelope'], rule.envelope, mistakes);
  checkPropagator([...path, 'propagator'], rule, mistakes);
  const { name } = rule;
  if (name !== undefined && (typeof name !== 'string' || !isNameTemplate(name))) {
    mistakes.add([...path, 'name'], `${show(name)} is not a template. Write ${templateForms}.`);
  }
  checkCarrier([...path, 'carrier'], rule.carrier, mistakes);
}

const choicesByKey: Readonly<Record<string, readonly (string | boolean)[]>> = {
  late: ['link', 'ambient'],
  retries: ['same', 'link'],
  ageFrom: ['published', 'due'],
  trust: ['trusted', 'untrusted'],
  spans: [true, false],
  propagate: [true, false],
  unsampled: ['span', 'pass-on'],
};

function checkRelation(path: readonly string[], relation: unknown, mistakes: PolicyMistakes): void {
  if (relation === undefined) return;
  const fix = "Write 'auto', 'parent', 'link', 'ambient', 'none' or a function that returns one of them.";
  if (typeof relation !== 'function') {
    if (!isRelation(relation)) mistakes.add(path, `${show(relation)} is unknown. ${fix}`);
    return;
  }
  const answer = tryOut(relation as RelationFunction);
  if (!isRelation(answer)) {
    mistakes.add(path, `the function returned ${show(answer)} for a message without headers. ${fix}`);
  }
}

/** What a relation function answers to a message that carries nothing. A throw says nothing: real messages may carry more. */
function tryOut(relation: RelationFunction): unknown {
  try {
    return relation(blankMessage, undefined);
  } catch {
    return 'auto';
  }
}

const blankMessage: MessageView = Object.freeze({
  destination: '',
  queueKey: '',
  native: undefined,
  headers: { get: () => undefined, names: () => [] },
});

function isRelation(value: unknown): boolean {
  try {
    checkedRelation(value);
    return true;
  } catch {
    return false;
  }
}

function checkBaggage(path: readonly string[], baggage: unknown, mistakes: PolicyMistakes): void {
  if (baggage === undefined) return;
  if (!isObject(baggage)) {
    mistakes.add(path, `${show(baggage)} is not an object. Write { accept: ['tenant.id'] }.`);
    return;
  }
  mistakes.addUnknownKeys(path, baggage, ['accept', 'send']);
  for (const direction of ['accept', 'send'] as const) {
    const keys = baggage[direction];
    if (keys !== undefined && !isListOfTexts(keys)) {
      mistakes.add(
        [...path, direction],
        `${show(keys)} is not a list of baggage keys. Write ['tenant.id', 'user.*'].`,
      );
    }
  }
}
