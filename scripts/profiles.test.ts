import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const profiles = globSync('packages/*/src/**/profile.ts', { cwd: root });

it.each(profiles)('%s says the name and the version of its package', (file) => {
  const profile = readFileSync(join(root, file), 'utf8');
  const [folder, name] = file.split('/');
  const manifest = JSON.parse(readFileSync(join(root, `${folder}/${name}/package.json`), 'utf8'));
  expect(profile).toContain(`name: '${manifest.name}'`);
  expect(profile).toContain(`version: '${manifest.version}'`);
});

it.each(profiles)('%s says in whole sentences how to switch off another instrumentation', (file) => {
  const profile = readFileSync(join(root, file), 'utf8');
  expect(profile).toMatch(/^ {2}rival:\s+'(?:Leave|Set|Remove) [^']+\.',$/m);
});
