import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runTool } from './run-tool.ts';

const root = join(import.meta.dirname, '../..');
let copy: string;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'waybill-versions-'));
  const files = [
    'package.json',
    'pnpm-workspace.yaml',
    '.changeset',
    ...globSync('packages/*/package.json', { cwd: root }),
  ];
  for (const file of files) cpSync(join(root, file), join(copy, file), { recursive: true });
  const identity = [
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  await runTool('git', ['init', '--quiet', '--initial-branch=main'], copy);
  await runTool('git', ['add', '.'], copy);
  await runTool('git', [...identity, 'commit', '--quiet', '--message=packages'], copy);
  await runTool('changeset', ['version'], copy);
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

it('gives a package that was never released the version 0.1.0, and lets none leave 0.x', () => {
  const versions = published(copy).map(({ name, version }) => [name, version]);
  const expected = published(root).map(({ name, version }) => [
    name,
    version === '0.0.0' ? '0.1.0' : expect.stringMatching(/^0\./),
  ]);
  expect(versions).toEqual(expected);
});

it('writes a changelog for each package whose version it raises', () => {
  const before = new Map(published(root).map(({ name, version }) => [name, version]));
  const raised = published(copy).filter(({ name, version }) => before.get(name) !== version);
  for (const { folder, version } of raised) {
    expect(readFileSync(join(copy, folder, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${version}\n`);
  }
});

function published(directory: string): { name: string; version: string; folder: string }[] {
  return globSync('packages/*/package.json', { cwd: directory })
    .sort()
    .map((file) => ({
      ...JSON.parse(readFileSync(join(directory, file), 'utf8')),
      folder: file.replace('/package.json', ''),
    }))
    .filter((manifest) => manifest.private !== true);
}
