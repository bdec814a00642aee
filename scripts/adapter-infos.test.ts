import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const files = globSync('packages/*/src/**/adapter-info.ts', { cwd: root });

it.each(files)('%s says the name and the version of its package', async (file) => {
  const [folder, name] = file.split('/');
  const manifest = JSON.parse(readFileSync(join(root, `${folder}/${name}/package.json`), 'utf8'));
  const { adapterInfo } = await import(join(root, file));
  expect(adapterInfo).toMatchObject({ name: manifest.name, version: manifest.version });
});

it.each(files)('%s says in whole sentences how to switch off another instrumentation', (file) => {
  const source = readFileSync(join(root, file), 'utf8');
  expect(source).toMatch(/^ {2}otherInstrumentation:\s+'(?:Leave|Set|Remove) [^']+\.',$/m);
});
