import type { Client } from '../clients/client.ts';
import type { Group } from '../group.ts';
import { type Mode, modeName } from '../mode.ts';
import { type Budget, group, overBare, ratio, recorded, type Variants } from './side-by-side.ts';

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
