import { createWaybill, type WaybillPolicy } from '@waybill/core';
import { visitNames } from './visit-names.ts';

/** A rule that holds for no queue, and what keeps it from holding. */
export interface UnreachableRule {
  /** Its name or pattern, as the policy has it. */
  readonly pattern: string;
  readonly because: string;
}

/** The messaging systems of Waybill's adapters, and the short names that patterns may have for them. */
const ownSystems = ['kafka', 'rabbitmq', 'bullmq', 'aws.sqs', 'sqs', 'handoff'];

/**
 * Finds the rules of a policy that hold for no queue. Core says which rule holds for a name; here are only the names to ask about.
 *
 * @param systems the messaging systems that there are beside those of Waybill's adapters.
 */
export function unreachableRules(policy: WaybillPolicy, systems: readonly string[] = []): UnreachableRule[] {
  const waybill = createWaybill({ policy });
  const patterns = Object.keys(policy.queues ?? {});
  const globs = [...new Set(patterns.map((pattern) => splitPattern(pattern).glob))];
  const known = [...ownSystems, ...systems];
  return patterns.flatMap((pattern) => {
    const { system, glob } = splitPattern(pattern);
    if (system !== undefined && !known.includes(system)) {
      return [{ pattern, because: notASystem(system, known) }];
    }
    const winners = new Set<string>();
    const isKnown = visitNames(glob, globs, (name) => {
      // What stands before a colon would be taken for a system.
      if (name === '' || name.endsWith(':')) return false;
      const { rule } = waybill.explain(system === undefined ? name : `${system}:${name}`);
      winners.add(rule);
      return rule === pattern;
    });
    return !isKnown || winners.has(pattern) ? [] : [{ pattern, because: takenBy([...winners]) }];
  });
}

/** The messaging system that stands before a colon, and the name or pattern behind it. */
function splitPattern(pattern: string): { readonly system: string | undefined; readonly glob: string } {
  const colon = pattern.indexOf(':');
  return colon > 0
    ? { system: pattern.slice(0, colon), glob: pattern.slice(colon + 1) }
    : { system: undefined, glob: pattern };
}

function notASystem(system: string, known: readonly string[]): string {
  return `${JSON.stringify(system)} is no messaging system that is known (${known.join(', ')}), so it matches only queues that have the colon in their names. Correct it, or name the system with --system.`;
}

function takenBy(winners: readonly string[]): string {
  if (winners.length === 0) return 'it matches no name.';
  const named = winners.slice(0, 3).map((winner) => JSON.stringify(winner));
  const more = winners.length > named.length ? ` and ${winners.length - named.length} more` : '';
  return `every queue that it matches goes by ${named.join(', ')}${more}. Leave one of them out.`;
}
