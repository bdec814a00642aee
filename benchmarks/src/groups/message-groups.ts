import type { Client, StandInClient } from '../clients/client.ts';
import type { Variant } from '../clients/variant.ts';
import type { FigureOf, Group, RowPlan } from '../group.ts';
import { measureMessages } from '../measure/measure-messages.ts';
import type { Effort } from '../measure/run-by-turns.ts';
import { type Mode, modeName } from '../mode.ts';

/** How much work a run does. */
export interface Budget {
  readonly processes: number;
  readonly turns: number;
}

type Variants = Readonly<Record<string, Variant>>;

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

/** What `unsampled: 'pass-on'` saves in a trace that is not sampled, beside the default. */
export function passOnGroup(client: Client, budget: Budget): Group {
  const mode: Mode = { tracing: 'sampled-off', inUnsampledTrace: true };
  const variants: Variants = {
    bare: { by: 'bare' },
    waybill: { by: 'waybill' },
    'pass-on': { by: 'waybill', options: { policy: { unsampled: 'pass-on' } } },
  };
  const name = `${client.name}/${modeName(mode)}`;
  return group(name, client, mode, variants, budget, [
    ratio(`${name}/pass-on-over-span`, 'ns', 'pass-on', 'waybill'),
  ]);
}

const recorded: Mode = { tracing: 'recorded' };

/** What middleware, links, many queues and many rules cost, over a message without. */
export function optionGroup(client: Client, budget: Budget): Group {
  const traffic = { queues: 10_000 };
  const queues = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`*reports-${index}*`, { linkAfter: '30s' as const }]),
  );
  const variants: Variants = {
    bare: { by: 'bare' },
    'bare, queues': { by: 'bare', traffic },
    waybill: { by: 'waybill' },
    middlewares: { by: 'waybill', middlewares: 5 },
    links: { by: 'waybill', options: { policy: { relation: 'link' } } },
    queues: { by: 'waybill', traffic },
    rules: { by: 'waybill', options: { policy: { queues } } },
  };
  const name = `${client.name}/recorded`;
  return group(`${name}/options`, client, recorded, variants, budget, [
    ratio(`${name}/five-middlewares-over-none`, 'ns', 'middlewares', 'waybill'),
    ratio(`${name}/link-over-parent`, 'ns', 'links', 'waybill'),
    ratio(`${name}/1000-rules-over-one`, 'ns', 'rules', 'waybill'),
    {
      name: `${name}/10000-queues-over-one`,
      unit: 'ns',
      compare: (figure) => ({
        ours: figure('queues', 'ns') - figure('bare, queues', 'ns'),
        theirs: overBare(figure, 'waybill', 'ns'),
      }),
    },
  ]);
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

function group(
  name: string,
  client: StandInClient,
  mode: Mode,
  variants: Variants,
  { processes, ...effort }: Budget & Effort,
  rows: readonly RowPlan[],
): Group {
  return {
    name,
    processes,
    measure: () => measureMessages(client, mode, variants, effort),
    rows,
    shows: ['ns', 'bytes', 'spans', 'attributes'],
  };
}

/** What one costs over the bare client, by what another does. */
function ratio(name: string, unit: string, ours: string, theirs: string): RowPlan {
  return {
    name,
    unit,
    compare: (figure) => ({ ours: overBare(figure, ours, unit), theirs: overBare(figure, theirs, unit) }),
  };
}

/** The baseline has no client to take off. */
function overBare(figure: FigureOf, variant: string, unit: string): number {
  return figure(variant, unit) - (variant === 'baseline' ? 0 : figure('bare', unit));
}
