import { BoundedMap } from './ground/bounded-map.ts';
import type { MemoryBudget } from './ground/memory-budget.ts';
import type { Instruments } from './metrics/instruments.ts';
import type { RuleBook } from './policy/rule-book.ts';
import type { Reject } from './propagation/rejection.ts';
import { Plan } from './queue-telemetry.ts';
import type { PortProfile } from './seam/instrumenter.ts';
import { attribute } from './semantic-conventions/telemetry-names.ts';

/** How many plans are kept, at least, where there is room for them. */
const mostPlans = 10_000;

/** How long the name of a queue is at most that has a plan, in characters: each part of a plan may hold it once more. */
const longestName = 256;

/** Finds the plan for a message's queue, and makes it where it is not known yet. */
export function planner(
  profile: PortProfile,
  rules: RuleBook,
  instruments: () => Instruments | undefined,
  budget: MemoryBudget,
): (message: { readonly destination: string; readonly subject: string }) => Plan {
  const plans = new BoundedMap<string, Plan>(budget, {
    size: mostPlans,
    bytesOf: (_destination, plan) => plan.bytes,
    longestKey: longestName,
  });
  const spend = (bytes: number): void => plans.spend(bytes);
  const rejectFor =
    (subject: string): Reject =>
    (header, reason, count = 1) => {
      instruments()?.carrierRejected.add(count, {
        [attribute.systemName]: profile.system,
        [attribute.destinationName]: subject,
        [attribute.carrierHeader]: header,
        [attribute.carrierReason]: reason,
      });
    };
  let last: Plan | undefined;
  return ({ destination, subject }) => {
    if (last?.destination === destination && last.subject === subject) return last;
    const known = plans.get(destination);
    // The same destination may belong to two subjects: a queue and an exchange of one name.
    if (known?.subject === subject) {
      last = known;
      return known;
    }
    const plan = new Plan(
      profile,
      destination,
      subject,
      rules(profile.system, subject),
      rejectFor(subject),
      spend,
    );
    plans.set(destination, plan);
    return plan;
  };
}
