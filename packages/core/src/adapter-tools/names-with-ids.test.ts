import { expect, it } from '@jest/globals';
import { NamesWithIds } from './names-with-ids.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, number) => `${number}`);

it('names of so many patterns only are watched', () => {
  const names = new NamesWithIds();
  const words = Array.from({ length: 101 }, (_, number) => 'a'.repeat(number + 1));
  const reported = words.filter((start) => numbers(20).some((id) => names.note(`${start}-${id}`)));

  expect(reported).toHaveLength(100);
});

it('names without numbers take no place from those with ids', () => {
  const names = new NamesWithIds();
  for (let length = 1; length <= 200; length += 1) names.note('a'.repeat(length));

  expect(
    numbers(20)
      .map((id) => names.note(`order-${id}`))
      .at(-1),
  ).toBe('order-*');
});
