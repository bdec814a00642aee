import { BoundedMap } from '../bounded-map.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import type { PortProfile } from '../port.ts';
import type { Reject } from '../propagation/rejection.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import type { Instruments } from './instruments.ts';
import { Plan } from './plan.ts';

/** How many plans are kept, at least. One is less than 2 kB. */
const mostPlans = 10_000;

/** Finds the plan for a message's queue, and makes it where it is not known yet. */
export function planner(
  profile: PortProfile,
  rules: RuleBook,
  instruments: () => Instruments | undefined,
): (message: { readonly destination: string; readonly subject: string }) => Plan {
  const plans = new BoundedMap<string, Plan>(mostPlans);
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
    const plan = new Plan(profile, destination, subject, rules(profile.system, subject), rejectFor(subject));
    plans.set(destination, plan);
    return plan;
  };
}
