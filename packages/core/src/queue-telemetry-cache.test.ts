import { describe, expect, it } from '@jest/globals';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { fakeAdapter } from '../test/test-bed.ts';
import { Reporter } from './diag.ts';
import { MemoryBudget } from './ground/memory-budget.ts';
import { type Instruments, lazyInstruments } from './metrics/instruments.ts';
import { PolicyResolver } from './policy/policy-resolver.ts';
import { RuleCodecs } from './propagation/codec/rule-codecs.ts';
import type { QueueTelemetry } from './queue-telemetry.ts';
import { QueueTelemetryCache } from './queue-telemetry-cache.ts';

describe('the cached data of queues', () => {
  it('of 10,000 queues fits the default memory', () => {
    const budget = new MemoryBudget();
    const queueTelemetry = cacheIn(budget);
    const kept = Array.from({ length: 10_000 }, (_, index) => use(queueTelemetry, index));

    expect(budget.used).toBeGreaterThan(10_000 * 500);
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
    const parts = [
      known.processSpan,
      known.sendSpan,
      known.createSpan,
      known.metrics.processAttributes(),
      known.metrics.sendAttributes(),
    ];

    expect(budget.used - bare).toBe(known.bytes - bare);
    expect(budget.used - bare).toBe(parts.length * 88);
  });

  it('has one counter for each metric', () => {
    const known = cacheIn(new MemoryBudget())(queue(0));

    expect(known.metrics.consumedCounter(instruments)).toBe(known.metrics.consumedCounter(instruments));
    expect(known.metrics.sentCounter(instruments)).toBe(known.metrics.sentCounter(instruments));
  });

  it('is not kept for names of more than 256 characters, which a sender may choose', () => {
    const budget = new MemoryBudget();
    const queueTelemetry = cacheIn(budget);
    const destination = 'x'.repeat(257);

    expect(queueTelemetry({ destination, queueKey: 'exchange' }).queueKey).toBe('exchange');
    expect(budget.used).toBe(0);
  });
});

type Lookup = QueueTelemetryCache['of'];

function cacheIn(budget: MemoryBudget): Lookup {
  const cache = new QueueTelemetryCache({
    adapter: fakeAdapter,
    policy: { current: new PolicyResolver({}) },
    codecs: new RuleCodecs(budget, undefined),
    instruments: () => instruments,
    budget,
    reporter: new Reporter(),
  });
  return (queue) => cache.of(queue);
}

const instruments = lazyInstruments('test', '1.0.0', new MeterProvider())() as Instruments;

/** What handling a message needs. */
function use(queueTelemetry: Lookup, index: number): QueueTelemetry {
  const known = queueTelemetry(queue(index));
  known.metrics.consumedCounter(instruments).add(1);
  known.metrics.recordAge(instruments, 1_000, 'parent');
  known.processSpan.name.toString();
  return known;
}

function queue(index: number): { readonly destination: string; readonly queueKey: string } {
  return { destination: `queue-${index}`, queueKey: `queue-${index}` };
}
