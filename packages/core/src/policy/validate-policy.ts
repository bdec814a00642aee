import type { MessageView } from '../seam/message-view.ts';
import { checkedRelation } from './decide-relation.ts';
import { durationForms, parseDuration } from './duration.ts';
import type { RelationFunction } from './policy.ts';

/** Everything that is wrong with a policy, a sentence each, beginning with the path. Empty when it is right. */
export function validatePolicy(policy: unknown): string[] {
  const mistakes: string[] = [];
  checkRule(policy, 'policy', ['queues', ...ruleKeys], mistakes);
  if (!isObject(policy) || policy.queues === undefined) return mistakes;
  if (!isObject(policy.queues)) {
    mistakes.push(
      `policy.queues: ${show(policy.queues)} is not an object. Write { 'queue name or pattern': { ... } }.`,
    );
    return mistakes;
  }
  for (const [name, rule] of Object.entries(policy.queues)) {
    const path = `policy.queues[${JSON.stringify(name)}]`;
    if (!namesQueue(name)) {
      mistakes.push(
        `${path}: the name of the queue is missing. Write 'orders', 'reports.*' or 'kafka:orders'.`,
      );
    }
    checkRule(rule, path, ruleKeys, mistakes);
  }
  return mistakes;
}

/** Whether a name or pattern says more than, at most, a messaging system. */
export function namesQueue(name: string): boolean {
  return name !== '' && !name.endsWith(':');
}

const ruleKeys = ['relation', 'linkAfter', 'ageFrom', 'trust', 'baggage'];

function checkRule(rule: unknown, path: string, keys: readonly string[], mistakes: string[]): void {
  if (!isObject(rule)) {
    mistakes.push(`${path}: ${show(rule)} is not an object. Write { linkAfter: '1m' }, for instance.`);
    return;
  }
  checkKeys(rule, path, keys, mistakes);
  checkRelation(rule.relation, `${path}.relation`, mistakes);
  if (rule.linkAfter !== undefined && parseDuration(rule.linkAfter) === undefined) {
    mistakes.push(`${path}.linkAfter: ${show(rule.linkAfter)} is not a duration. Write ${durationForms}.`);
  }
  checkChoice(rule.ageFrom, `${path}.ageFrom`, ['published', 'due'], mistakes);
  checkChoice(rule.trust, `${path}.trust`, ['trusted', 'untrusted'], mistakes);
  checkBaggage(rule.baggage, `${path}.baggage`, mistakes);
}

function checkChoice(
  value: unknown,
  path: string,
  [one, other]: readonly [string, string],
  mistakes: string[],
): void {
  if (value === undefined || value === one || value === other) return;
  mistakes.push(`${path}: ${show(value)} is unknown. Write '${one}' or '${other}'.`);
}

function checkRelation(relation: unknown, path: string, mistakes: string[]): void {
  if (relation === undefined) return;
  const fix = "Write 'auto', 'parent', 'link', 'none' or a function that returns one of them.";
  if (typeof relation !== 'function') {
    if (!isRelation(relation)) mistakes.push(`${path}: ${show(relation)} is unknown. ${fix}`);
    return;
  }
  const answer = tryOut(relation as RelationFunction);
  if (!isRelation(answer)) {
    mistakes.push(`${path}: the function returned ${show(answer)} for a message without headers. ${fix}`);
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

function checkBaggage(baggage: unknown, path: string, mistakes: string[]): void {
  if (baggage === undefined) return;
  if (!isObject(baggage)) {
    mistakes.push(`${path}: ${show(baggage)} is not an object. Write { accept: ['tenant.id'] }.`);
    return;
  }
  checkKeys(baggage, path, ['accept', 'send'], mistakes);
  for (const direction of ['accept', 'send'] as const) {
    const keys = baggage[direction];
    if (keys === undefined) continue;
    if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string' || key === '')) {
      mistakes.push(
        `${path}.${direction}: ${show(keys)} is not a list of baggage keys. Write ['tenant.id', 'user.*'].`,
      );
    }
  }
}

/** Says of every key of `value` that is not one of `keys`. */
export function checkKeys(value: object, path: string, keys: readonly string[], mistakes: string[]): void {
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) {
      mistakes.push(
        `${path}.${key} is not a known key; its value is ${show((value as Record<string, unknown>)[key])}. Use one of ${keys.join(', ')}.`,
      );
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a person would write it, cut short. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'number')
    return String(value);
  try {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  } catch {
    return 'a value that cannot be shown';
  }
}
