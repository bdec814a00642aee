import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openTelemetryLines } from '../package-tests/open-telemetry-lines.ts';
import { ways } from '../release/release-matrix.ts';
import { readClients } from './client-releases.ts';
import {
  clientsTable,
  nodeTable,
  openTelemetryTable,
  packagesTable,
  readPage,
} from './compatibility-page.ts';

const root = join(import.meta.dirname, '../..');
const page = readPage(root);
const fix = 'Run pnpm compatibility, which writes docs/compatibility.md.';

describe('docs/compatibility.md', () => {
  // What the numbers were is known to the run that wrote them; that all else is still so is seen here.
  it.each([
    ['clients', () => clientsTable(root, () => 'N passed')],
    ['OpenTelemetry', () => openTelemetryTable(() => 'N passed')],
    ['packages', () => packagesTable(root, () => 'N kB')],
  ])('has the table of %s that the manifests ask for', (_, table) => {
    const told = page.replaceAll(/\d+ (passed|kB)/g, 'N $1').includes(table());
    expect(told ? '' : fix).toBe('');
  });

  it('tells of each Node.js the result of every way', () => {
    const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+) \| (?:npm|pnpm) [\d.]+ \| (\d+) passed \|$/gm)];
    expect(new Set(rows.map(([, node]) => node)).size).toBe(3);
    expect(rows.every(([, , passed]) => Number(passed) === ways.length) ? '' : fix).toBe('');
  });

  it('has nothing that failed', () => {
    expect(page).not.toMatch(/\d failed/);
  });
});

it.each(readClients(root))(
  'the lowest release of $client that is tested is the lowest accepted',
  (client) => {
    const [, lowest] = /^(?:>=|\^)(\d+\.\d+\.\d+)/.exec(client.range) ?? [];
    expect(client.lowest.version).toBe(lowest);
  },
);

it('the lowest OpenTelemetry that is tested is the lowest that the peers accept', () => {
  expect(openTelemetryLines[0].dependencies).toEqual({
    '@opentelemetry/api': '1.9.0',
    '@opentelemetry/context-async-hooks': '2.0.0',
    '@opentelemetry/instrumentation': '0.200.0',
    sdk: 'npm:@opentelemetry/sdk-trace-base@2.0.0',
  });
});

it('counts the ways of each project, and what failed', () => {
  const project = '24.21.0, npm 11.21.2';
  const attempts = [
    { project, way: 'ES modules' },
    { project, way: 'CommonJS', failure: 'no' },
  ];
  expect(nodeTable(attempts)).toContain('| 24.21.0 | npm 11.21.2 | 1 passed, 1 failed |');
});
