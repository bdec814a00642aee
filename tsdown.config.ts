import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';

/** One configuration for every package: what its package.json exports, and the programs that it has, are what is built. */
const config: UserConfig = defineConfig({
  entry: sources(process.cwd()),
  cwd: process.cwd(),
  outDir: join(process.cwd(), 'dist'),
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node22.15',
  dts: true,
  fixedExtension: true,
});

export default config;

function sources(packageDirectory: string): string[] {
  const manifest = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8'));
  const published = Object.values<string>({ ...manifest.exports, ...manifest.bin });
  return published.filter((path) => path.endsWith('.ts'));
}
