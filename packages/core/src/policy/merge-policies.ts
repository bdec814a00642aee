import type { QueueRule, WaybillPolicy } from './policy.ts';

/** A policy over the defaults of the application: what it says wins, field by field, also within rules of the same name. */
export function mergePolicies(defaults: WaybillPolicy, policy: WaybillPolicy): WaybillPolicy {
  const queues: Record<string, QueueRule> = { ...defaults.queues };
  for (const [name, rule] of Object.entries(policy.queues ?? {})) {
    queues[name] = mergeRules(queues[name] ?? {}, rule);
  }
  return { ...mergeRules(defaults, policy), queues };
}

function mergeRules<R extends QueueRule>(defaults: R, rule: R): R {
  const said = Object.entries(rule).filter(([, value]) => value !== undefined);
  const merged: R = { ...defaults, ...Object.fromEntries(said) };
  // A propagator has the headers that it reads, so names of others take its place.
  return rule.accept !== undefined && rule.propagator === undefined
    ? { ...merged, propagator: undefined }
    : merged;
}
