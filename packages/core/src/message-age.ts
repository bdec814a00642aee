import type { Instruments } from './metrics/instruments.ts';
import type { Relation } from './policy/policy.ts';
import type { Plan } from './queue-telemetry.ts';

/**
 * Records how old a message is when its handling begins.
 *
 * @param age in ms; `undefined` where it is not known.
 */
export function recordAge(
  instruments: Instruments | undefined,
  plan: Plan,
  age: number | undefined,
  relation: Relation,
): void {
  if (age === undefined) return;
  instruments?.messageAge.record(age / 1_000, plan.ageMetrics(relation));
}
