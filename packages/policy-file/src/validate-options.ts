import { WaybillError } from '@waybill/core';
import { describeGiven } from '@waybill/core/adapter';

/** Throws when options for `policyFromFile` are wrong, with all mistakes at once. */
export function assertOptions(options: unknown): void {
  const mistakes = mistakesIn(options);
  if (mistakes.length === 0) return;
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  throw new WaybillError(
    'WAYBILL_INVALID_OPTION',
    `policyFromFile: ${count} in its options\n  ${mistakes.join('\n  ')}`,
  );
}

function mistakesIn(options: unknown): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [`options: ${describeGiven(options)} is not an object. Write { path: 'waybill.policy.yaml' }.`];
  }
  return Object.entries(options).flatMap(([key, value]) => {
    const check = checks[key];
    if (check === undefined) {
      return [`options.${key} is not a known key. Use one of ${Object.keys(checks).join(', ')}.`];
    }
    return value === undefined || check.holds(value)
      ? []
      : [`options.${key}: ${describeGiven(value)} is not ${check.wanted}.`];
  });
}

interface Check {
  holds(value: unknown): boolean;
  readonly wanted: string;
}

const checks: Readonly<Record<string, Check>> = {
  path: {
    holds: (value) => typeof value === 'string' && value !== '',
    wanted: "the path of a file. Write 'waybill.policy.yaml'",
  },
  watch: { holds: (value) => typeof value === 'boolean', wanted: 'true or false' },
  watchInterval: {
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= 10,
    wanted: 'a whole number of milliseconds from 10',
  },
};
