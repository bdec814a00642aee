import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { Journal } from './journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-journal-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('returns each number once, in the order of writing', () => {
  const path = join(folder, 'numbers');
  const [reader, first, second] = [new Journal(path), new Journal(path), new Journal(path)];
  first.write(1);
  second.write(20);
  expect(reader.read()).toEqual([1, 20]);
  expect(reader.read()).toEqual([]);
  first.write(300);
  expect(reader.read()).toEqual([300]);
  for (const journal of [reader, first, second]) journal.close();
});
