import { describe, expect, it } from '@jest/globals';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { fakeAdapter } from '../test/test-bed.ts';
import { MemoryBudget } from './ground/memory-budget.ts';
import { type Instruments, lazyInstruments } from './metrics/instruments.ts';
import { policyResolver } from './policy/policy-resolver.ts';
import type { QueueTelemetry } from './queue-telemetry.ts';
import { queueTelemetryCache } from './queue-telemetry-cache.ts';

describe('the cached data of queues', () => {
  it('of 10,000 queues with metrics fits the default memory', () => {
    const budget = new MemoryBudget();
    const queueTelemetry = cacheIn(budget);
    const kept = Array.from({ length: 10_000 }, (_, index) => use(queueTelemetry, index));

    expect(budget.used).toBeGreaterThan(10_000 * 700);
    for (const [index, known] of kept.entries()) {
      if (queueTelemetry(queue(index)) !== known)
        throw new Error(`What was kept of queue ${index} was made anew.`);
    }
  });

  it('is made again if there are too many for the memory', () => {
    const budget = new MemoryBudget(65_536);
    const queueTelemetry = cacheIn(budget);
    const first = use(queueTelemetry, 0);
    for (let index = 1; index < 200; index++) use(queueTelemetry, index);

    expect(budget.used).toBeLessThanOrEqual(65_536);
    expect(queueTelemetry(queue(0))).not.toBe(first);
  });

  it('counts the memory of its parts', () => {
    const budget = new MemoryBudget();
    const queueTelemetry = cacheIn(budget);
    const known = queueTelemetry(queue(0));
    const bare = budget.used;
    const parts = [known.process, known.send, known.create, known.processMetrics, known.sendMetrics];

    expect(budget.used - bare).toBe(known.bytes - bare);
    expect(budget.used - bare).toBe(parts.length * 88);
  });

  it('has one counter for each metric', () => {
    const known = cacheIn(new MemoryBudget())(queue(0));

    expect(known.consumed(instruments)).toBe(known.consumed(instruments));
    expect(known.sent(instruments)).toBe(known.sent(instruments));
  });

  it('is not kept for names of more than 256 characters, which a sender may choose', () => {
    const budget = new MemoryBudget();
    const queueTelemetry = cacheIn(budget);
    const destination = 'x'.repeat(257);

    expect(queueTelemetry({ destination, queueKey: 'exchange' }).queueKey).toBe('exchange');
    expect(budget.used).toBe(0);
  });
});

function cacheIn(budget: MemoryBudget): ReturnType<typeof queueTelemetryCache> {
  return queueTelemetryCache(fakeAdapter, policyResolver({}), () => instruments, budget);
}

const instruments = lazyInstruments('test', '1.0.0', new MeterProvider())() as Instruments;

/** What handling a message needs. */
function use(queueTelemetry: ReturnType<typeof queueTelemetryCache>, index: number): QueueTelemetry {
  const known = queueTelemetry(queue(index));
  known.consumed(instruments).add(1);
  known.recordAge(instruments, 1_000, 'parent');
  known.process.name.toString();
  return known;
}

function queue(index: number): { readonly destination: string; readonly queueKey: string } {
  return { destination: `queue-${index}`, queueKey: `queue-${index}` };
}
