import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { faults } from './faults/index.ts';
import { mergeSections } from './page.ts';

it.each(faults)('the page says what $name does', ({ name, about }) => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reliability.md'), 'utf8');
  expect(page).toContain(`| ${name} | ${about} |`);
});

it('replaces the section of the same name, and keeps the others', () => {
  const old = '### kafkajs\n\nold\n\n### sqs\n\nold\n\n';
  expect(mergeSections(old, new Map([['sqs', '### sqs\n\nnew\n\n']]))).toBe(
    '### kafkajs\n\nold\n\n### sqs\n\nnew\n\n',
  );
});

it('adds a section that was not there', () => {
  expect(mergeSections('', new Map([['sqs', '### sqs\n\nnew\n\n']]))).toBe('### sqs\n\nnew\n\n');
});
