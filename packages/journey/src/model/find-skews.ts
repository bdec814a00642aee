import type { JourneySpan } from '../spans/journey-span.ts';
import type { BareHop } from './find-hops.ts';
import type { ClockSkew } from './journey.ts';
import { clockTolerance, skewOf } from './measure-wait.ts';
import type { SpanIndex } from './span-index.ts';

/** Finds clocks that cannot both be right: where a message was handled before it was sent, or a call answered before it was made. */
export function findSkews(index: SpanIndex, hops: readonly BareHop[]): ClockSkew[] {
  const skews = new Map<string, ClockSkew>();
  const add = (ahead: JourneySpan, behind: JourneySpan, amount: number): void => {
    const names = { ahead: clockOf(ahead), behind: clockOf(behind) };
    const key = JSON.stringify(names);
    const { atLeast = 0, count = 0 } = skews.get(key) ?? {};
    skews.set(key, { ...names, atLeast: Math.max(atLeast, amount), count: count + 1 });
  };
  for (const hop of hops) {
    const skew = skewOf(hop);
    if (skew !== undefined && hop.senderSpan !== undefined) add(hop.senderSpan, hop.handling, skew);
  }
  const ways = new Set(hops.filter(({ relation }) => relation === 'parent').map(({ handling }) => handling));
  for (const span of index.spans) {
    const parent = ways.has(span) ? undefined : index.parentOf(span);
    if (parent === undefined || clockOf(parent) === clockOf(span)) continue;
    const amount = parent.start - span.start;
    if (amount > clockTolerance) add(parent, span, amount);
  }
  return [...skews.values()].sort((a, b) => b.atLeast - a.atLeast);
}

/** Services of one machine share its clock, but a name without a machine says nothing of that. */
export function clockOf({ service = 'unknown service', host }: JourneySpan): string {
  return host === undefined ? service : `${service}@${host}`;
}
