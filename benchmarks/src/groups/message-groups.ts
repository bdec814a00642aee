import type { Client, StandInClient } from '../clients/client.ts';
import type { Group } from '../group.ts';
import { type Mode, modeName } from '../mode.ts';
import { type Budget, group, ratio, recorded, type Variants } from './side-by-side.ts';

const modes: readonly Mode[] = [
  { tracing: 'no-sdk' },
  { tracing: 'sampled-off' },
  { tracing: 'recorded' },
  { tracing: 'recorded', baggage: true },
  { tracing: 'recorded', metrics: true },
];

/** One message published and processed, in every mode, beside all others who trace it. */
export function messageGroups(client: Client, budget: Budget): Group[] {
  return modes.map((mode) => {
    // There are no metrics in what is written by hand.
    const byHand: Variants = mode.metrics ? {} : { 'hand-written': { by: 'hand-written' } };
    const variants: Variants = {
      bare: { by: 'bare' },
      baseline: { by: 'baseline' },
      ...byHand,
      contrib: { by: 'contrib' },
      waybill: { by: 'waybill' },
    };
    const others = ['hand-written', 'baseline', 'contrib'].filter((other) => {
      // The instrumentation of the AWS SDK makes no span for a message that is processed: that compares nothing.
      if (other === 'contrib' && client.name === 'sqs') return false;
      return other in variants && (other !== 'baseline' || mode.tracing === 'recorded');
    });
    const name = `${client.name}/${modeName(mode)}`;
    const rows = others.map((other) => ratio(`${name}/over-${other}`, 'ns', 'waybill', other));
    if (mode.tracing === 'recorded' && 'hand-written' in variants) {
      rows.push(ratio(`${name}/bytes-over-hand-written`, 'bytes', 'waybill', 'hand-written'));
    }
    return group(name, client, mode, variants, budget, rows);
  });
}

/** One message published and processed, by the sources of today and by those of another revision. */
export function revisionGroups(client: Client, ref: string, root: string, budget: Budget): Group[] {
  const variants: Variants = {
    bare: { by: 'bare' },
    [ref]: { by: 'waybill', root },
    waybill: { by: 'waybill' },
  };
  return modes.map((mode) => {
    const name = `${client.name}/${modeName(mode)}`;
    const rows = (['ns', 'bytes'] as const).map((unit) => {
      const row = unit === 'ns' ? `over-${ref}` : `bytes-over-${ref}`;
      return ratio(`${name}/${row}`, unit, 'waybill', ref);
    });
    return group(name, client, mode, variants, budget, rows);
  });
}

/** Calls and handlers that take many messages, over the instrumentation of OpenTelemetry's contributors. */
export function batchGroups(client: Client, budget: Budget): Group[] {
  return [10, 1_000, 10_000].flatMap((messages) =>
    (['publish', 'process'] as const).map((only) => {
      const traffic = { messages, only };
      const variants: Variants = {
        bare: { by: 'bare', traffic },
        contrib: { by: 'contrib', traffic },
        waybill: { by: 'waybill', traffic },
      };
      const name = `${client.name}/recorded/${only === 'publish' ? 'send' : 'each-batch'}-of-${messages}`;
      const row = ratio(`${name}-over-contrib`, 'ns', 'waybill', 'contrib');
      const own = { processes: Math.min(3, budget.processes), turns: budget.turns, messages };
      return group(name, client, recorded, variants, own, [row]);
    }),
  );
}

/** An event of one record and one of ten, handled by a function, over code written by hand. */
export function recordGroups(client: StandInClient, budget: Budget): Group[] {
  return [1, 10].flatMap((messages) =>
    modes
      .filter(({ metrics }) => !metrics)
      .map((mode) => {
        const traffic = { messages };
        const variants: Variants = {
          bare: { by: 'bare', traffic },
          'hand-written': { by: 'hand-written', traffic },
          waybill: { by: 'waybill', traffic },
        };
        const name = `${client.name}/${modeName(mode)}/event-of-${messages}`;
        const row = ratio(`${name}-over-hand-written`, 'ns', 'waybill', 'hand-written');
        return group(name, client, mode, variants, { ...budget, messages }, [row]);
      }),
  );
}
