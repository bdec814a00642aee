import policies from './policies.json' with { type: 'json' };

/** A policy with one mistake, and the text that tells it. */
export interface MistakenPolicy {
  readonly policy: unknown;
  readonly message: string;
}

/** Policies with a mistake, as far as JSON can hold them. */
export const mistakenPolicies: readonly MistakenPolicy[] = policies.mistakes;

/** Policies without one. Each field of a rule stands in one of them. */
export const rightPolicies: readonly object[] = policies.right;
