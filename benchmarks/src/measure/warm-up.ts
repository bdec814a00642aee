import { median } from './statistics.ts';

/** How many turns are compared with as many before them. */
const turns = 8;

/** Whether what falls while code is compiled has stopped to: the last turns cost no less than those before, but for 2 %. */
export function hasSettled(costs: readonly number[]): boolean {
  if (costs.length < 2 * turns) return false;
  return median(costs.slice(-turns)) >= 0.98 * median(costs.slice(-2 * turns, -turns));
}
