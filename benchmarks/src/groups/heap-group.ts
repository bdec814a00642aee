import { context } from '@opentelemetry/api';
import type { Contenders } from '../adapters/contenders.ts';
import type { Group } from '../group.ts';
import { enterMode } from '../mode.ts';

/** The heap after many messages over that after a tenth of them: nothing may pile up. */
export function heapGroup(contenders: Contenders, messages: number): Group {
  const name = `${contenders.name}/recorded+metrics/heap-after-${messages}-over-${messages / 10}`;
  return {
    name,
    processes: 1,
    async measure() {
      const active = enterMode({ tracing: 'recorded', metrics: true });
      const step = await context.with(active, () => contenders.waybill({}));
      const heaps: Record<string, number[]> = {};
      for (let count = 1; count <= messages; count++) {
        await step();
        if (count === messages / 10) heaps.before = [heapUsed()];
      }
      return { ...heaps, after: [heapUsed()] };
    },
    rows: [
      {
        name,
        goal: 1.02,
        unit: 'MB',
        compare: ({ before, after }) => ({
          ours: after?.[0] ?? Number.NaN,
          theirs: before?.[0] ?? Number.NaN,
        }),
      },
    ],
  };
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('Run with --expose-gc.');
  for (let round = 0; round < 4; round++) globalThis.gc();
  return process.memoryUsage().heapUsed / 1e6;
}
