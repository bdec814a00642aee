import { isLateChild, waitOf } from './checks/long-traces.ts';
import { counted } from './finding.ts';
import type { Recording } from './recording.ts';

/** What a policy should say of one queue. */
export interface ProposedRule {
  /** As a policy names it: `kafka:orders`. */
  readonly queue: string;

  /** Up to which age a message stays a child: `30s`. `undefined` where {@link relation} is given. */
  readonly linkAfter?: string | undefined;

  /** `link` where most messages are late. */
  readonly relation?: 'link' | undefined;

  /** What it follows from. */
  readonly because: string;
}

const durations: readonly (readonly [name: string, ms: number])[] = [
  ['1s', 1_000],
  ['2s', 2_000],
  ['5s', 5_000],
  ['10s', 10_000],
  ['15s', 15_000],
  ['30s', 30_000],
  ['1m', 60_000],
  ['2m', 120_000],
  ['5m', 300_000],
  ['10m', 600_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
];

/**
 * Proposes a rule for each queue with late children: a `linkAfter` that keeps nineteen of twenty messages that are not late in the trace of
 * their sender, with as much again to spare.
 *
 * @param lateAfter from when on a message is late, in ms.
 */
export function proposeRules(recording: Recording, lateAfter: number): ProposedRule[] {
  return [...Map.groupBy(recording.ways, ({ queue }) => queue)].flatMap(([queue, ways]): ProposedRule[] => {
    if (queue === undefined || !ways.some((way) => isLateChild(way, lateAfter))) return [];
    const waits = ways.flatMap((way) => waitOf(way) ?? []).sort((a, b) => a - b);
    const fresh = waits.filter((wait) => wait <= lateAfter);
    const late = waits.length - fresh.length;
    const because = `of ${counted(waits.length, 'message')}, ${late} waited longer than ${nameOf(lateAfter)}`;
    if (fresh.length < late) return [{ queue, relation: 'link', because }];
    const usual = fresh[Math.ceil(fresh.length * 0.95) - 1] ?? 0;
    return [{ queue, linkAfter: nameOf(Math.min(2 * usual, lateAfter)), because }];
  });
}

/** The shortest of the usual durations that is as long. */
function nameOf(ms: number): string {
  return durations.find(([, duration]) => duration >= ms)?.[0] ?? `${Math.ceil(ms / 3_600_000)}h`;
}

/** Rules as a policy file in YAML. */
export function policyOf(rules: readonly ProposedRule[]): string {
  const lines = rules.flatMap(({ queue, linkAfter, relation, because }) => [
    `  # ${because}`,
    `  ${JSON.stringify(queue)}: { ${linkAfter === undefined ? `relation: ${relation}` : `linkAfter: ${linkAfter}`} }`,
  ]);
  return ['queues:', ...lines, ''].join('\n');
}
