import { expect, it } from '@jest/globals';
import { clients } from './clients/index.ts';
import { goals } from './goals.ts';
import { allGroups } from './groups/index.ts';

it('every goal is that of a row', () => {
  const urls = Object.fromEntries(clients.map(({ broker }) => [broker, '']));
  const rows = allGroups({ quick: false, urls }).flatMap((group) => group.rows.map(({ name }) => name));

  expect(Object.keys(goals).filter((name) => !rows.includes(name))).toEqual([]);
  expect(rows).toHaveLength(new Set(rows).size);
});
