import type { ExplainOptions } from '../operations/explain/explanation.ts';
import { durationForms, parseDuration } from '../policy/duration.ts';
import { describeUnknownKey, isListOfTexts, isObject, show, unknownKeys } from '../policy/policy-mistakes.ts';
import { namesQueue } from '../policy/validate-policy.ts';
import { invalidConfiguration } from './validate-configuration.ts';

/** Throws when what is to be explained is no queue, or something of what is supposed is wrong, with all mistakes at once. */
export function assertExplain(queue: unknown, options: unknown): asserts options is ExplainOptions {
  const mistakes: string[] = [];
  if (typeof queue !== 'string' || !namesQueue(queue)) {
    mistakes.push(`queue: ${show(queue)} is not the name of a queue. Write 'orders' or 'kafka:orders'.`);
  }
  if (isObject(options)) mistakes.push(...mistakesIn(options));
  else mistakes.push(`options: ${show(options)} is not an object. Write { age: '3m' }.`);
  if (mistakes.length > 0) throw invalidConfiguration('waybill.explain', mistakes);
}

function mistakesIn(options: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(checks);
  const unknown = unknownKeys(options, keys).map((key) =>
    describeUnknownKey(`options.${key}`, options, key, keys),
  );
  const wrong = Object.entries(checks).flatMap(([key, { holds, fix }]) => {
    const value = options[key];
    return value === undefined || holds(value) ? [] : [`options.${key}: ${show(value)} is not ${fix}.`];
  });
  return [...unknown, ...wrong];
}

interface Check {
  holds(value: unknown): boolean;
  readonly fix: string;
}

const duration: Check = {
  holds: (value) => parseDuration(value) !== undefined,
  fix: `a duration. Write ${durationForms}`,
};
const flag: Check = { holds: (value) => typeof value === 'boolean', fix: 'true or false' };

const checks: Readonly<Record<keyof ExplainOptions, Check>> = {
  age: duration,
  delay: duration,
  attempt: {
    holds: (value) => Number.isSafeInteger(value) && Number(value) > 0,
    fix: 'the number of a delivery. Write a whole number from 1',
  },
  unsampled: flag,
  inSpan: flag,
  recurring: flag,
  context: oneOf('valid', 'none', 'malformed'),
  requests: oneOf('parent', 'link', 'none'),
  baggage: { holds: isListOfTexts, fix: "a list of baggage keys. Write ['tenant.id']" },
};

function oneOf(...values: readonly string[]): Check {
  return {
    holds: (value) => values.includes(value as string),
    fix: values.map((value) => `'${value}'`).join(' or '),
  };
}
