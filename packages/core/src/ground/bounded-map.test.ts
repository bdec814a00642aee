import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BoundedMap } from './bounded-map.ts';
import { MemoryBudget } from './memory-budget.ts';

describe('BoundedMap', () => {
  it('keeps the last keys that were set', () => {
    const map = filled(3, [1, 2, 3, 4, 5]);

    expect([3, 4, 5].map((key) => map.get(key))).toEqual([3, 4, 5]);
  });

  it('keeps a key that is read, however many others are set meanwhile', () => {
    const map = filled(3, [0]);
    for (let key = 1; key < 100; key++) {
      map.set(key, key);
      map.get(0);
    }

    expect(map.get(0)).toBe(0);
  });

  it('forgets a key that is not read', () => {
    const map = filled(3, [1, 2, 3, 4, 5, 6, 7]);

    expect(map.get(1)).toBeUndefined();
  });

  it('gives the value that was set last', () => {
    const map = filled(2, [1, 2, 3]);
    map.set(1, 10);
    map.set(1, 11);

    expect(map.get(1)).toBe(11);
  });

  it('forgets what is deleted', () => {
    const map = filled(2, [1, 2, 3, 4]);
    map.delete(2);
    map.delete(4);

    expect([1, 2, 3, 4].map((key) => map.get(key))).toEqual([1, undefined, 3, undefined]);
  });

  it('keeps the last used keys, and at most twice as many, in any order of calls', () => {
    const uses = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 40 })), { maxLength: 200 });
    const replay = (
      size: number,
      done: readonly (readonly [boolean, number])[],
    ): [BoundedMap<number, number>, number[]] => {
      const map = boundedMap<number>(size);
      const used: number[] = [];
      for (const [isRead, key] of done) {
        if (isRead && map.get(key) === undefined) continue;
        if (!isRead) map.set(key, key);
        used.unshift(key);
      }
      return [map, [...new Set(used)]];
    };

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), uses, (size, done) => {
        // A fresh map for every key that is asked for, as asking keeps it.
        const kept = replay(size, done)[1].filter((key) => replay(size, done)[0].get(key) === key);

        expect(kept).toEqual(expect.arrayContaining(replay(size, done)[1].slice(0, size)));
        expect(kept.length).toBeLessThanOrEqual(2 * size);
      }),
    );
  });
});

describe('a BoundedMap and the memory of its Waybill', () => {
  it('forgets the oldest keys when the memory is used up', () => {
    const map = boundedMap<number>(1_000, new MemoryBudget(100));
    for (let key = 0; key < 30; key++) map.set(key, key);

    expect([21, 22, 29].map((key) => map.get(key))).toEqual([undefined, 22, 29]);
  });

  it('counts its entries once when they are set again, deleted or forgotten', () => {
    const budget = new MemoryBudget();
    const map = boundedMap<number>(3, budget);
    const used: number[] = [];
    for (const key of [1, 2, 2, 3, 4, 4, 5, 6, 7]) {
      map.set(key, key);
      used.push(budget.used);
    }
    expect(used).toEqual([10, 20, 20, 30, 40, 40, 50, 60, 40]);

    map.delete(7);
    map.delete(7);
    map.delete(1);
    expect(budget.used).toBe(30);
  });

  it('keeps no key of more than 1,024 characters by default', () => {
    const budget = new MemoryBudget();
    const map = boundedMap<string>(10, budget);
    map.set('x'.repeat(1_025), 1);
    expect([map.get('x'.repeat(1_025)), budget.used]).toEqual([undefined, 0]);

    map.set('x'.repeat(1_024), 1);
    expect(map.get('x'.repeat(1_024))).toBe(1);
    const receipts = new BoundedMap<string, number>(budget, { size: 1, bytesOf: () => 1, longestKey: 2_000 });
    receipts.set('x'.repeat(2_000), 1);
    expect(receipts.get('x'.repeat(2_000))).toBe(1);
  });
});

/** A map in which every entry takes 10 bytes. */
function boundedMap<K>(size: number, budget = new MemoryBudget()): BoundedMap<K, number> {
  return new BoundedMap<K, number>(budget, { size, bytesOf: () => 10 });
}

function filled(size: number, keys: readonly number[]): BoundedMap<number, number> {
  const map = boundedMap<number>(size);
  for (const key of keys) map.set(key, key);
  return map;
}
