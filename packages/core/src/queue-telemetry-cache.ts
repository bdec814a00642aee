import { BoundedMap } from './ground/bounded-map.ts';
import type { MemoryBudget } from './ground/memory-budget.ts';
import type { Instruments } from './metrics/instruments.ts';
import type { PolicyResolver } from './policy/policy-resolver.ts';
import type { ReportProblem } from './propagation/header-problem.ts';
import { QueueTelemetry } from './queue-telemetry.ts';
import type { AdapterInfo } from './seam/instrumenter.ts';
import { attribute } from './semantic-conventions/telemetry-names.ts';

/** How many queues are kept, at least, where there is room for them. */
const mostQueues = 10_000;

/** The longest queue name that is kept, in characters: each part may hold it once more. */
const longestName = 256;

/** Finds the telemetry of a message's queue, or makes it the first time. */
export function queueTelemetryCache(
  adapter: AdapterInfo,
  rules: PolicyResolver,
  instruments: () => Instruments | undefined,
  budget: MemoryBudget,
): (message: { readonly destination: string; readonly queueKey: string }) => QueueTelemetry {
  const queues = new BoundedMap<string, QueueTelemetry>(budget, {
    size: mostQueues,
    bytesOf: (_destination, queue) => queue.bytes,
    longestKey: longestName,
  });
  const spend = (bytes: number): void => queues.spend(bytes);
  const reporterFor =
    (queueKey: string): ReportProblem =>
    (header, reason, count = 1) => {
      instruments()?.carrierRejected.add(count, {
        [attribute.systemName]: adapter.system,
        [attribute.destinationName]: queueKey,
        [attribute.carrierHeader]: header,
        [attribute.carrierReason]: reason,
      });
    };
  let last: QueueTelemetry | undefined;
  return ({ destination, queueKey }) => {
    if (last?.destination === destination && last.queueKey === queueKey) return last;
    const known = queues.get(destination);
    // The same destination may belong to two queue keys: a queue and an exchange of one name.
    if (known?.queueKey === queueKey) {
      last = known;
      return known;
    }
    const queue = new QueueTelemetry(
      adapter,
      destination,
      queueKey,
      rules(adapter.system, queueKey),
      reporterFor(queueKey),
      spend,
    );
    queues.set(destination, queue);
    return queue;
  };
}
