import type { Lane, OpenLane } from '../adapters/lane.ts';
import type { Group } from '../group.ts';
import { median, quantile } from '../measure/statistics.ts';
import { enterMode } from '../mode.ts';

/** How often a broker is measured. */
export interface BrokerEffort {
  readonly processes: number;

  /** Rounds of each lane that count. */
  readonly rounds: number;
}

/** Messages through a real broker, bare and traced by turns: how many a second, and how long the slowest hundredth takes. */
export function brokerGroup(
  name: string,
  openLane: OpenLane,
  url: string,
  { processes, rounds }: BrokerEffort,
): Group {
  return {
    name: `${name}/broker`,
    processes,
    async measure() {
      enterMode({ tracing: 'recorded', metrics: true });
      const lanes = { bare: await openLane(url, false), waybill: await openLane(url, true) };
      const measured: Record<string, number[]> = {
        'bare rate': [],
        'waybill rate': [],
        'bare p99': [],
        'waybill p99': [],
      };
      const order = ['bare', 'waybill'] as const;
      for (let round = -10; round < rounds; round++) {
        for (const lane of round % 2 === 0 ? order : order.toReversed()) {
          lanes[lane].wake();
          const { rate, p99 } = await runRound(lanes[lane].trip);
          await lanes[lane].rest();
          if (round < 0) continue;
          measured[`${lane} rate`]?.push(rate);
          measured[`${lane} p99`]?.push(p99);
        }
      }
      await Promise.all([lanes.bare.close(), lanes.waybill.close()]);
      return measured;
    },
    rows: [
      {
        name: `${name}/broker/throughput-over-bare`,
        goal: 0.97,
        atLeast: true,
        unit: 'messages/s',
        compare: (measured) => ({
          ours: median(measured['waybill rate'] ?? []),
          theirs: median(measured['bare rate'] ?? []),
        }),
      },
      {
        name: `${name}/broker/p99-over-bare`,
        goal: 1.05,
        unit: 'ms',
        compare: (measured) => ({
          ours: median(measured['waybill p99'] ?? []),
          theirs: median(measured['bare p99'] ?? []),
        }),
      },
    ],
  };
}

const trips = 100;
const atOnce = 20;

/** So many trips, some at a time. */
async function runRound(trip: Lane['trip']): Promise<{ readonly rate: number; readonly p99: number }> {
  const latencies: number[] = [];
  let begun = 0;
  const start = performance.now();
  const work = async (): Promise<void> => {
    while (begun++ < trips) {
      const began = performance.now();
      await trip();
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const rate = (latencies.length / (performance.now() - start)) * 1_000;
  return { rate, p99: quantile(latencies, 0.99) };
}
