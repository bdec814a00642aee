import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BoundedMap } from './bounded-map.ts';

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

  it('forgets a key that nobody asks for', () => {
    const map = filled(3, [1, 2, 3, 4, 5, 6, 7]);

    expect(map.get(1)).toBeUndefined();
  });

  it('gives the value that was set last', () => {
    const map = filled(2, [1, 2, 3]);
    map.set(1, 10);
    map.set(1, 11);

    expect(map.get(1)).toBe(11);
  });

  it('forgets what is deleted, and everything when it is cleared', () => {
    const map = filled(2, [1, 2, 3, 4]);
    map.delete(2);
    map.delete(4);

    expect([1, 2, 3, 4].map((key) => map.get(key))).toEqual([1, undefined, 3, undefined]);
    map.clear();
    expect([1, 3].map((key) => map.get(key))).toEqual([undefined, undefined]);
  });

  it('keeps the last that were used, and at most twice as many, whatever is done', () => {
    const uses = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 40 })), { maxLength: 200 });
    const replay = (
      size: number,
      done: readonly (readonly [boolean, number])[],
    ): [BoundedMap<number, number>, number[]] => {
      const map = new BoundedMap<number, number>(size);
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

function filled(size: number, keys: readonly number[]): BoundedMap<number, number> {
  const map = new BoundedMap<number, number>(size);
  for (const key of keys) map.set(key, key);
  return map;
}
