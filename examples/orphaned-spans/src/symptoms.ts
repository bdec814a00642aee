import type { Symptom } from './symptom.ts';
import { doubleSpan } from './symptoms/double-span.ts';
import { endlessTrace } from './symptoms/endless-trace.ts';
import { forgottenCallback } from './symptoms/forgotten-callback.ts';
import { lateChild } from './symptoms/late-child.ts';
import { lostTenant } from './symptoms/lost-tenant.ts';
import { orphanRoot } from './symptoms/orphan-root.ts';
import { secondRoot } from './symptoms/second-root.ts';
import { stuckContext } from './symptoms/stuck-context.ts';

/** Every symptom of the guide, in its order. */
export const symptoms: readonly Symptom[] = [
  orphanRoot,
  secondRoot,
  lateChild,
  endlessTrace,
  stuckContext,
  doubleSpan,
  forgottenCallback,
  lostTenant,
];
