import type { WaybillOptions } from '@waybill/core';
import type { Step } from '../measure/run-by-turns.ts';
import { baseline } from './baseline.ts';
import type { BrokerClient, Client, StandInClient, Tracing, Traffic } from './client.ts';
import type { MessageSpans } from './message-spans.ts';
import { loadPackages } from './packages.ts';

/** One of those that are measured side by side. */
export interface Variant {
  readonly by: Tracing['by'] | 'baseline';
  readonly traffic?: Traffic;

  /** Where the sources of Waybill are. Default: this repository. */
  readonly root?: string;

  readonly options?: WaybillOptions;

  /** Middleware around every call that only calls the next one. Default: 0. */
  readonly middlewares?: number;
}

/** Opens a variant on the client without a network. The baseline has no client. */
export async function openStandIn(
  client: StandInClient,
  variant: Variant,
  spans: MessageSpans,
): Promise<Step> {
  if (variant.by === 'baseline') return baseline(spans);
  return client.openStandIn(await tracingOf(variant.by, variant, spans), variant.traffic ?? {});
}

/** Opens a variant on a real broker. There the baseline is the bare client, and the two spans. */
export async function openOnBroker(
  client: Client,
  url: string,
  variant: Variant,
  spans: MessageSpans,
): Promise<BrokerClient> {
  if (variant.by !== 'baseline') {
    return client.openOnBroker(url, await tracingOf(variant.by, variant, spans));
  }
  const bare = await client.openOnBroker(url, { by: 'bare' });
  const makeSpans = baseline(spans);
  return {
    ...bare,
    publishAndProcess() {
      makeSpans();
      return bare.publishAndProcess();
    },
  };
}

async function tracingOf(
  by: Tracing['by'],
  { root, options, middlewares = 0 }: Variant,
  spans: MessageSpans,
): Promise<Tracing> {
  if (by === 'hand-written') return { by, spans };
  if (by !== 'waybill') return { by };
  const packages = await loadPackages(root);
  const waybill = packages.core.createWaybill(options);
  for (let count = 0; count < middlewares; count++) {
    waybill.use({ publish: (_call, next) => next(), consume: (_delivery, next) => next() });
  }
  return { by, waybill, packages };
}
