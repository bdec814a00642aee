import { describe, expect, it } from '@jest/globals';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { fakeProfile } from '../test/telemetry-lab.ts';
import { MemoryBudget } from './ground/memory-budget.ts';
import { type Instruments, lateInstruments } from './metrics/instruments.ts';
import { planner } from './planner.ts';
import { ruleBook } from './policy/rule-book.ts';
import type { Plan } from './queue-telemetry.ts';

describe('the plans of queues', () => {
  it('of 10,000 that are consumed from, with metrics, are kept in the default memory', () => {
    const budget = new MemoryBudget();
    const planFor = plansIn(budget);
    const plans = Array.from({ length: 10_000 }, (_, index) => use(planFor, index));

    expect(budget.used).toBeGreaterThan(10_000 * 700);
    for (const [index, plan] of plans.entries()) {
      if (planFor(queue(index)) !== plan) throw new Error(`The plan of queue ${index} was made anew.`);
    }
  });

  it('are made anew where there are too many for the memory', () => {
    const budget = new MemoryBudget(65_536);
    const planFor = plansIn(budget);
    const first = use(planFor, 0);
    for (let index = 1; index < 200; index++) use(planFor, index);

    expect(budget.used).toBeLessThanOrEqual(65_536);
    expect(planFor(queue(0))).not.toBe(first);
  });

  it('take what their parts take', () => {
    const budget = new MemoryBudget();
    const planFor = plansIn(budget);
    const plan = planFor(queue(0));
    const bare = budget.used;
    const parts = [plan.process, plan.send, plan.create, plan.processMetrics, plan.ageMetrics('link')];

    expect(budget.used - bare).toBe(plan.bytes - bare);
    expect(budget.used - bare).toBe(parts.length * 88);
  });

  it('have one tally for all that is counted', () => {
    const plan = plansIn(new MemoryBudget())(queue(0));

    expect(plan.consumedTally(instruments)).toBe(plan.consumedTally(instruments));
    expect(plan.sentTally(instruments)).toBe(plan.sentTally(instruments));
  });

  it('are not kept under names of more than 256 characters, which a sender may choose', () => {
    const budget = new MemoryBudget();
    const planFor = plansIn(budget);
    const destination = 'x'.repeat(257);

    expect(planFor({ destination, subject: 'exchange' }).subject).toBe('exchange');
    expect(budget.used).toBe(0);
  });
});

function plansIn(budget: MemoryBudget): ReturnType<typeof planner> {
  return planner(fakeProfile, ruleBook({}), () => instruments, budget);
}

const instruments = lateInstruments('test', '1.0.0', new MeterProvider())() as Instruments;

/** What handling a message needs. */
function use(planFor: ReturnType<typeof planner>, index: number): Plan {
  const plan = planFor(queue(index));
  plan.consumedTally(instruments).add(1);
  plan.ageMetrics('parent');
  plan.process.name.toString();
  return plan;
}

function queue(index: number): { readonly destination: string; readonly subject: string } {
  return { destination: `queue-${index}`, subject: `queue-${index}` };
}
