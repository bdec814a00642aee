import { isObject, type PolicyMistake, PolicyMistakes, show } from './policy-mistakes.ts';
import { checkRule, ruleKeys } from './validate-rule.ts';

/**
 * Finds everything that is wrong with a policy, as `createWaybill` does.
 *
 * @param policy anything: a policy from code, or what was read from a file.
 * @returns all mistakes, each with the keys that lead to it and a text with its place, its value and the fix; empty when it is right.
 *
 * @example
 * for (const { message } of validatePolicy(JSON.parse(text))) console.error(message);
 */
export function validatePolicy(policy: unknown): readonly PolicyMistake[] {
  const mistakes = new PolicyMistakes();
  checkRule([], policy, ['queues', 'enabled', ...ruleKeys], mistakes);
  if (isObject(policy)) mistakes.checkChoice(['enabled'], policy.enabled, [true, false]);
  if (!isObject(policy) || policy.queues === undefined) return mistakes.list;
  if (!isObject(policy.queues)) {
    mistakes.add(
      ['queues'],
      `${show(policy.queues)} is not an object. Write { 'queue name or pattern': { ... } }.`,
    );
    return mistakes.list;
  }
  for (const [name, rule] of Object.entries(policy.queues)) {
    const path = ['queues', name];
    if (!namesQueue(name)) {
      mistakes.add(path, "the name of the queue is missing. Write 'orders', 'reports.*' or 'kafka:orders'.");
    }
    checkRule(path, rule, ruleKeys, mistakes);
  }
  return mistakes.list;
}

/** Whether a name or pattern says more than, at most, a messaging system. */
export function namesQueue(name: string): boolean {
  return name !== '' && !name.endsWith(':');
}
