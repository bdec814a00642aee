import type { Contenders } from '../adapters/contenders.ts';
import type { Group } from '../group.ts';
import type { Mode } from '../mode.ts';
import { type Budget, costOf, hopGroup, ratio } from './hop-group.ts';
import type { Entrant, Entrants } from './hops.ts';

const bare: Entrant = { as: 'bare' };
const floor: Entrant = { as: 'floor' };
const handWritten: Entrant = { as: 'handWritten' };
const contrib: Entrant = { as: 'contrib' };
const waybill: Entrant = { as: 'waybill' };

/** One message sent and handled, with metrics off: over what is written by hand, and over the bare spans. */
export function handWrittenGroups(contenders: Contenders, budget: Budget): Group[] {
  const over = (
    mode: Mode,
    goals: { readonly handWritten?: number; readonly floor?: number; readonly contrib?: number },
  ): Group => {
    const entrants: Entrants = {
      bare,
      'hand-written': handWritten,
      waybill,
      ...(goals.floor !== undefined && { floor }),
      ...(goals.contrib !== undefined && { contrib }),
    };
    const rows = [
      ratio(contenders, mode, 'waybill', 'hand-written', goals.handWritten),
      ...(goals.floor === undefined ? [] : [ratio(contenders, mode, 'waybill', 'floor', goals.floor)]),
      ...(goals.contrib === undefined ? [] : [ratio(contenders, mode, 'waybill', 'contrib', goals.contrib)]),
    ];
    return hopGroup(contenders, mode, entrants, budget, rows);
  };
  // The AWS SDK takes so long over two more attributes that its spans are lost beside it, and has no metrics to compare.
  const light = contenders.name === 'kafkajs';
  return [
    over({ tracing: 'no-sdk' }, { handWritten: 0.3, contrib: 0.1 }),
    over({ tracing: 'sampled-off' }, { handWritten: 0.8, ...(light && { floor: 1.4 }) }),
    over({ tracing: 'recorded' }, { handWritten: 0.65, ...(light ? { floor: 1.2 } : { contrib: 0.7 }) }),
    over({ tracing: 'sampled-off', baggage: true }, { handWritten: 0.55 }),
    over({ tracing: 'recorded', baggage: true }, { handWritten: 0.55 }),
  ];
}

/** One message sent and handled, with metrics on: over the instrumentation of OpenTelemetry's contributors with its own. */
export function metricsGroups(contenders: Contenders, budget: Budget): Group[] {
  const modes: Mode[] = [
    { tracing: 'sampled-off', metrics: true },
    { tracing: 'recorded', metrics: true },
    { tracing: 'recorded', metrics: true, baggage: true },
  ];
  return modes.map((mode) =>
    hopGroup(contenders, mode, { bare, contrib, waybill }, budget, [
      ratio(contenders, mode, 'waybill', 'contrib', 0.7),
    ]),
  );
}

/** What five layers of middleware add, in units of 0.5 µs, and what a link costs over a parent. */
export function optionGroup(contenders: Contenders, budget: Budget): Group {
  const mode: Mode = { tracing: 'recorded' };
  const entrants: Entrants = {
    bare,
    waybill,
    middlewares: { as: 'waybill', setup: { middlewares: 5 } },
    linked: { as: 'waybill', setup: { options: { policy: { relation: 'link' } } } },
  };
  return hopGroup(contenders, mode, entrants, budget, [
    {
      name: `${contenders.name}/recorded/five-middlewares-over-500-ns`,
      goal: 1,
      unit: 'ns',
      compare: (measured) => ({
        ours: costOf(measured, 'middlewares') - costOf(measured, 'waybill'),
        theirs: 500,
      }),
    },
    ratio(contenders, mode, 'linked', 'waybill', undefined, 'link-over-parent'),
  ]);
}

/** Many queues over one, and many rules over one. */
export function policyGroup(contenders: Contenders, budget: Budget): Group {
  const mode: Mode = { tracing: 'recorded' };
  const traffic = { queues: 10_000 };
  const queues = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`*reports-${index}*`, { linkAfter: '30s' as const }]),
  );
  const entrants: Entrants = {
    bare,
    'bare-queues': { as: 'bare', traffic },
    waybill: { as: 'waybill', setup: { options: { policy: { queues: { 'reports*': {} } } } } },
    queues: { as: 'waybill', traffic },
    rules: { as: 'waybill', setup: { options: { policy: { queues } } } },
  };
  return hopGroup(contenders, mode, entrants, budget, [
    {
      name: `${contenders.name}/recorded/10000-queues-over-one`,
      goal: 1.1,
      unit: 'ns',
      compare: (measured) => ({
        ours: costOf(measured, 'queues') - costOf(measured, 'bare-queues'),
        theirs: costOf(measured, 'waybill') - costOf(measured, 'bare'),
      }),
    },
    ratio(contenders, mode, 'rules', 'waybill', 1.1, '1000-rules-over-one'),
  ]);
}

/** Calls and handlers that take many messages, over the instrumentation of OpenTelemetry's contributors. */
export function batchGroups(contenders: Contenders, { processes, effort }: Budget): Group[] {
  const mode: Mode = { tracing: 'recorded' };
  const goals: Readonly<Record<string, number>> = { '10000-publish': 0.7, '10000-consume': 0.05 };
  return [10, 1_000, 10_000].flatMap((messages) =>
    (['publish', 'consume'] as const).map((only) => {
      const traffic = { messages, only };
      const name = only === 'publish' ? `send-of-${messages}` : `each-batch-of-${messages}`;
      const entrants: Entrants = {
        bare: { as: 'bare', traffic },
        contrib: { as: 'contrib', traffic },
        waybill: { as: 'waybill', traffic },
      };
      const steps = Math.max(1, Math.round(effort.steps / messages));
      const turns = messages > 1_000 ? Math.ceil(effort.turns / 4) : effort.turns;
      const own = { processes: Math.min(3, processes), effort: { steps, turns } };
      const goal = goals[`${messages}-${only}`];
      const row = ratio(contenders, mode, 'waybill', 'contrib', goal, `${name}-over-contrib`);
      return { ...hopGroup(contenders, mode, entrants, own, [row]), name: `${contenders.name}/${name}` };
    }),
  );
}
