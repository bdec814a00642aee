import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MemoryBudget } from '../ground/memory-budget.ts';
import type { Attempt } from '../seam/incoming-message.ts';
import { RingAttemptLog } from './attempt-log.ts';

describe('an attempt log', () => {
  it('gives the last attempt at each of the last 1,024 positions, from any start', () => {
    const log = new RingAttemptLog(new MemoryBudget());
    const start = 5_000_000_300;
    for (let position = start; position < start + 3_000; position++)
      log.remember(position, attempt(position));

    expect(log.previous(start + 2_999)?.number).toBe(start + 2_999);
    expect(log.previous(start + 1_976)?.number).toBe(start + 1_976);
    expect(log.previous(start + 1_975)).toBeUndefined();
    expect(log.previous(start + 3_000)).toBeUndefined();
    log.remember(start + 2_999, attempt(2));
    expect(log.previous(start + 2_999)?.number).toBe(2);
  });

  it('gives what a list of all attempts would give, with gaps and repeated positions', () => {
    const near = fc.array(fc.nat({ max: 1_023 }), { maxLength: 100 });
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER - 1_024 }), near, near, (start, young, old) => {
        const log = new RingAttemptLog(new MemoryBudget());
        const all = new Map<number, number>();
        let number = 0;
        for (const [generation, offsets] of [old, young].entries()) {
          if (generation > 0) log.changeGenerations();
          for (const offset of offsets) {
            log.remember(start + offset, attempt(++number));
            all.set(offset, number);
          }
        }

        const positions = Array.from({ length: 1_024 }, (_, offset) => offset);
        expect(positions.map((offset) => log.previous(start + offset)?.number)).toEqual(
          positions.map((offset) => all.get(offset)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it.each([Number.NaN, -1, 0.5, undefined])('gives no attempt at a position that is %p', (position) => {
    const budget = new MemoryBudget();
    const log = new RingAttemptLog(budget);
    log.remember(position as number, attempt(1));

    expect(log.previous(position as number)).toBeUndefined();
    expect(budget.used).toBe(0);
  });

  it('counts its memory: the log, each attempt once, and the places that it grows by', () => {
    const budget = new MemoryBudget();
    const log = new RingAttemptLog(budget);

    log.remember(0, attempt(1));
    const first = budget.used;
    log.remember(0, attempt(2));
    expect(budget.used).toBe(first);
    log.remember(1, attempt(1));
    const each = budget.used - first;
    for (let position = 2; position < 16; position++) log.remember(position, attempt(1));
    expect(budget.used).toBe(first + 15 * each);
    log.remember(16, attempt(1));
    const grown = budget.used - first - 16 * each;

    expect({ each, log: first - each, grown }).toEqual({ each: 216, log: 128 + 16 * 8, grown: 16 * 8 });
    log.forget();
    expect(budget.used).toBe(0);
  });

  it('gives the attempt at the first position of a log', () => {
    const log = new RingAttemptLog(new MemoryBudget());
    log.remember(0, attempt(1));

    expect(log.previous(0)?.number).toBe(1);
  });

  it('gives no attempt at a message with another time at the same position', () => {
    const log = new RingAttemptLog(new MemoryBudget());
    log.remember(7, attempt(1), 1_000);
    log.remember(8, attempt(1));

    expect(log.previous(7, 1_000)?.number).toBe(1);
    expect([log.previous(7, 1_001), log.previous(7), log.previous(8, 1_000)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(log.previous(8)?.number).toBe(1);
  });

  it('forgets all attempts at once', () => {
    const log = new RingAttemptLog(new MemoryBudget());
    log.remember(1, attempt(1));
    log.changeGenerations();
    log.remember(2, attempt(1));
    log.forget();

    expect([log.previous(1), log.previous(2)]).toEqual([undefined, undefined]);
  });
});

function attempt(number: number): Attempt {
  return { number, span: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } };
}
