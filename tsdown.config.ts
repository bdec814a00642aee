import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';

/** One configuration for every package: what its package.json exports is what is built. */
const config: UserConfig = defineConfig({
  entry: exportedSources(process.cwd()),
  cwd: process.cwd(),
  outDir: join(process.cwd(), 'dist'),
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node22.15',
  dts: true,
  fixedExtension: true,
});

export default config;

function exportedSources(packageDirectory: string): string[] {
  const manifest = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8'));
  return Object.values<string>(manifest.exports).filter((path) => path.endsWith('.ts'));
}
