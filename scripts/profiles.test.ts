import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const profiles = globSync('packages/*/src/**/profile.ts', { cwd: root });

it.each(profiles)('%s says the name and the version of its package', async (file) => {
  const [folder, name] = file.split('/');
  const manifest = JSON.parse(readFileSync(join(root, `${folder}/${name}/package.json`), 'utf8'));
  const { profile } = await import(join(root, file));
  expect(profile).toMatchObject({ name: manifest.name, version: manifest.version });
});

it.each(profiles)('%s says in whole sentences how to switch off another instrumentation', (file) => {
  const profile = readFileSync(join(root, file), 'utf8');
  expect(profile).toMatch(/^ {2}rival:\s+'(?:Leave|Set|Remove) [^']+\.',$/m);
});
