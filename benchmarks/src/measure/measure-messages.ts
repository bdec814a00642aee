import { context } from '@opentelemetry/api';
import type { StandInClient } from '../clients/client.ts';
import { recordMessageSpans } from '../clients/record-message-spans.ts';
import { openStandIn, type Variant } from '../clients/variant.ts';
import { enterMode, type Mode } from '../mode.ts';
import { allocatedBytes } from './allocated-bytes.ts';
import { type Effort, type Measured, runByTurns, type Step, timed } from './run-by-turns.ts';
import { SpanCount } from './span-count.ts';

/**
 * Measures variants of a client side by side, in a mode, which is that of the whole process. The figures of each: `ns` and
 * `bytes` a step, and the `spans` of one step with their `attributes`.
 */
export async function measureMessages(
  client: StandInClient,
  mode: Mode,
  variants: Readonly<Record<string, Variant>>,
  effort: Effort,
): Promise<Measured> {
  return inMode(client, mode, variants, async (steps, count) => {
    const turns = Object.entries(steps).map(([name, step]) => [name, timed(step)] as const);
    const times = await runByTurns(Object.fromEntries(turns), effort);
    const others = await measureAllocation(steps, count, Math.ceil(2_000 / (effort.messages ?? 1)));
    const [byHand, ours] = ['hand-written', 'waybill'].map((name) => others[name]?.attributes?.[0]);
    if (byHand !== undefined && byHand !== ours) {
      throw new Error(
        `hand-written.ts of ${client.name} sets ${byHand} attributes and Waybill ${ours}: leave out what Waybill does not set.`,
      );
    }
    return Object.fromEntries(Object.keys(steps).map((name) => [name, { ...times[name], ...others[name] }]));
  });
}

/**
 * The same without `ns`, after a few steps. For code that is not compiled on the way (`--no-opt --no-maglev`): then it allocates the same on
 * every machine.
 */
export async function measureUncompiled(
  client: StandInClient,
  mode: Mode,
  variants: Readonly<Record<string, Variant>>,
): Promise<Measured> {
  return inMode(client, mode, variants, async (steps, count) => {
    for (const step of Object.values(steps)) for (let turn = 0; turn < 200; turn++) await step();
    return measureAllocation(steps, count, 200);
  });
}

async function inMode(
  client: StandInClient,
  mode: Mode,
  variants: Readonly<Record<string, Variant>>,
  measure: (steps: Readonly<Record<string, Step>>, count: SpanCount) => Promise<Measured>,
): Promise<Measured> {
  const spans = await recordMessageSpans(client);
  const count = new SpanCount();
  return context.with(enterMode(mode, count), async () => {
    const steps: Record<string, Step> = {};
    for (const [name, variant] of Object.entries(variants)) {
      steps[name] = await openStandIn(client, variant, spans);
    }
    return measure(steps, count);
  });
}

async function measureAllocation(
  steps: Readonly<Record<string, Step>>,
  count: SpanCount,
  rounds: number,
): Promise<Measured> {
  const measured: Record<string, Record<string, readonly number[]>> = {};
  for (const [name, step] of Object.entries(steps)) {
    const { spans, attributes } = await count.of(step);
    const bytes = await allocatedBytes(step, rounds);
    measured[name] = { bytes: [bytes], spans: [spans], attributes: [attributes] };
  }
  return measured;
}
