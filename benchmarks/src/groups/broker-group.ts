import type { BrokerClient, Client } from '../clients/client.ts';
import { recordMessageSpans } from '../clients/record-message-spans.ts';
import { openOnBroker, type Variant } from '../clients/variant.ts';
import type { Group } from '../group.ts';
import { runByTurns, type Turn } from '../measure/run-by-turns.ts';
import { batchedAndDropped, enterMode } from '../mode.ts';
import type { Budget } from './side-by-side.ts';

const variants = ['bare', 'baseline', 'contrib', 'waybill'] as const satisfies readonly Variant['by'][];

/** Messages through a real broker, twenty at a time: the time of the CPU that one takes, and how many there are in a second. */
export function brokerGroup(
  client: Client,
  url: string,
  withMetrics: boolean,
  { processes, turns }: Budget,
): Group {
  const name = `${client.name}/broker${withMetrics ? '+metrics' : ''}`;
  return {
    name,
    processes: Math.min(3, processes),
    async measure() {
      const spans = await recordMessageSpans(client);
      enterMode({ tracing: 'recorded', metrics: withMetrics }, batchedAndDropped());
      const opened: Record<string, BrokerClient> = {};
      for (const by of variants) opened[by] = await openOnBroker(client, url, { by }, spans);
      for (const broker of Object.values(opened)) await broker.pause?.();
      const trips = Object.entries(opened).map(([by, broker]) => [by, roundTrips(broker)]);
      const measured = await runByTurns(Object.fromEntries(trips), { turns, turnMs: 100 });
      for (const broker of Object.values(opened)) await broker.close();
      return measured;
    },
    rows: variants
      .filter((other) => other !== 'waybill' && !(other === 'contrib' && client.name === 'sqs'))
      .flatMap((other) => [
        {
          name: `${name}/CPU-over-${other}`,
          unit: 'CPU µs',
          compare: (figure) => ({ ours: figure('waybill', 'CPU µs'), theirs: figure(other, 'CPU µs') }),
        },
        {
          name: `${name}/throughput-over-${other}`,
          unit: 'messages/s',
          compare: (figure) => ({
            ours: figure('waybill', 'messages/s'),
            theirs: figure(other, 'messages/s'),
          }),
        },
      ]),
    shows: ['CPU µs', 'messages/s'],
  };
}

/** So many messages, twenty on their way at a time. The time of the CPU is that of the whole process: the client, too. */
function roundTrips(broker: BrokerClient): Turn {
  return async (messages) => {
    await broker.resume?.();
    const cpu = process.cpuUsage();
    const start = performance.now();
    let begun = 0;
    const work = async (): Promise<void> => {
      while (begun++ < messages) await broker.publishAndProcess();
    };
    await Promise.all(Array.from({ length: 20 }, work));
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    await broker.pause?.();
    return { 'CPU µs': (user + system) / messages, 'messages/s': messages / seconds };
  };
}
