import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { expectWritten } from './expect-written.ts';

const root = join(import.meta.dirname, '../../..');
const written = 'Before.\n\n<!-- recorded -->\n| old |\n| kept |\n<!-- /recorded -->\n\nAfter.\n';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-reference-'));
  file = join(directory, 'page.md');
  writeFileSync(file, written);
});
afterEach(() => {
  delete process.env.WRITE_REFERENCE;
  rmSync(directory, { recursive: true });
});

const expectText = (text: string, part = 'recorded'): void =>
  expectWritten({ page: relative(root, file), part, command: 'kafkajs', text });

it('says nothing where the part is what was recorded', () => {
  expectText('| old |\n| kept |');

  expect(readFileSync(file, 'utf8')).toBe(written);
});

it('names the page, the command and the lines that differ where it is stale, and leaves the page as it is', () => {
  expect(() => expectText('| new |\n| kept |')).toThrow(
    /page\.md is stale: .* Run `npx pnpm@12 reference kafkajs`, .*\n- \| old \|\n\+ \| new \|$/,
  );
  expect(readFileSync(file, 'utf8')).toBe(written);
});

it('writes the part, and nothing else of the page, where it is asked to', () => {
  process.env.WRITE_REFERENCE = '1';
  expectText('| $& |');

  expect(readFileSync(file, 'utf8')).toBe(written.replace('| old |\n| kept |', () => '| $& |'));
});

it('says which part a page lacks', () => {
  expect(() => expectText('', 'table')).toThrow('has no <!-- table --> with a <!-- /table --> below it.');
});
