import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSource } from './parse-source.ts';
import type { Repository, SourceFile, WorkspacePackage } from './repository.ts';

const manifestPatterns = [
  'package.json',
  'packages/*/package.json',
  'tools/*/package.json',
  'examples/*/package.json',
  'benchmarks/package.json',
  'reliability/package.json',
  'fuzz/package.json',
];
const sourcePatterns = [
  '*.ts',
  'scripts/**/*.ts',
  'packages/*/{src,test}/**/*.ts',
  'tools/*/{src,test}/**/*.ts',
  'examples/**/*.ts',
  'benchmarks/**/*.ts',
  'reliability/**/*.ts',
  'fuzz/**/*.ts',
];

/** Reads every package and every TypeScript file of the repository at `root`. */
export function readRepository(root: string): Repository {
  const packages = find(root, manifestPatterns).map(
    (path): WorkspacePackage => ({
      directory: dirname(path) === '.' ? '' : dirname(path),
      manifest: JSON.parse(readFileSync(join(root, path), 'utf8')),
    }),
  );
  const files = find(root, sourcePatterns).map((path) =>
    sourceFile(path, readFileSync(join(root, path), 'utf8'), packages),
  );
  return { packages, files };
}

/** Describes one file; its package is the innermost one around it. */
export function sourceFile(path: string, text: string, packages: readonly WorkspacePackage[]): SourceFile {
  const owner = packages
    .filter(({ directory }) => directory === '' || path.startsWith(`${directory}/`))
    .reduce((inner, next) => (next.directory.length > inner.directory.length ? next : inner));
  const isTest = path.endsWith('.test.ts') || path.includes('/test/');
  return { path, package: owner, isTest, text, ...parseSource(text) };
}

function find(root: string, patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
}
