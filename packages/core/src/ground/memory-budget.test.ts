import { describe, expect, it } from '@jest/globals';
import { RingAttemptLog } from '../history/attempt-log.ts';
import { BoundedMap } from './bounded-map.ts';
import { MemoryBudget } from './memory-budget.ts';

const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

describe('the memory of a Waybill', () => {
  it('is 16 MiB by default, for all stores together', () => {
    const budget = new MemoryBudget();
    const map = new BoundedMap<string, number>(budget, { size: 1e6, bytesOf: () => 250 });
    const logs = Array.from({ length: 200 }, () => new RingAttemptLog(budget));
    let most = 0;
    for (let index = 0; index < 300_000; index++) {
      logs[index % 200]?.remember(5e9 + index, { number: 1, span });
      map.set(`key ${index}`, index);
      most = Math.max(most, budget.used);
    }

    expect(most).toBeGreaterThan(14 * 1_024 * 1_024);
    expect(most).toBeLessThanOrEqual(16 * 1_024 * 1_024 + 500);
  });

  it('forgets the oldest entries first, in any store', () => {
    const budget = new MemoryBudget(1_000);
    const [first, second] = [map(budget), map(budget)];
    first.set('oldest', 1);
    second.set('read', 1);
    for (let index = 0; index < 5; index++) second.set(`filler ${index}`, 1);
    second.get('read');
    for (let index = 0; index < 5; index++) second.set(`more ${index}`, 1);

    expect([first.get('oldest'), second.get('read'), second.get('more 4')]).toEqual([undefined, 1, 1]);
  });

  it('forgets no more than half at a time', () => {
    const budget = new MemoryBudget(1_000);
    const only = map(budget);
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < 100; index++) {
      only.set(`key ${index}`, index);
      if (index >= 10) least = Math.min(least, budget.used);
    }

    expect(least).toBeGreaterThanOrEqual(500);
  });

  it('counts nothing for a log that was forgotten or is empty again', () => {
    const budget = new MemoryBudget(10_000);
    const log = new RingAttemptLog(budget);
    log.remember(7, { number: 1, span });
    log.changeGenerations();
    log.remember(8, { number: 1, span });
    log.forget();
    expect(budget.used).toBe(0);

    log.remember(9, { number: 1, span });
    expect(log.previous(9)?.number).toBe(1);
    log.changeGenerations();
    log.changeGenerations();
    expect([budget.used, log.previous(9)]).toEqual([0, undefined]);
  });
});

/** A map in which every entry takes 100 bytes. */
function map(budget: MemoryBudget): BoundedMap<string, number> {
  return new BoundedMap(budget, { size: 1_000, bytesOf: () => 100 });
}
