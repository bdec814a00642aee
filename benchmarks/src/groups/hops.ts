import { context } from '@opentelemetry/api';
import type { Contenders, Traffic, WaybillSetup } from '../adapters/contenders.ts';
import { type Effort, runByTurns, type Slices, type Step } from '../measure/slices.ts';
import { enterMode, type Mode } from '../mode.ts';

/** Who takes part, by a name for the rows. */
export type Entrants = Readonly<Record<string, Entrant>>;

/** How one takes part. */
export interface Entrant {
  readonly as: 'bare' | 'floor' | 'handWritten' | 'contrib' | 'waybill';
  readonly traffic?: Traffic;
  readonly setup?: WaybillSetup;
}

/** Runs those who take part side by side in a mode, which is that of the whole process. */
export async function runHops(
  contenders: Contenders,
  mode: Mode,
  entrants: Entrants,
  effort: Effort,
): Promise<Record<string, Slices>> {
  const active = enterMode(mode);
  return context.with(active, async () => {
    const steps: Record<string, Step> = {};
    for (const [name, { as, traffic = {}, setup }] of Object.entries(entrants)) {
      steps[name] = as === 'floor' ? await contenders.floor() : await contenders[as](traffic, setup);
    }
    return runByTurns(steps, effort);
  });
}
