import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const benchmarks = join(import.meta.dirname, '..');

/**
 * Checks another revision out into a git worktree of its own, which is removed when the process exits. Its packages run from their
 * sources, as those of today do, with the clients and the OpenTelemetry packages of today: only Waybill differs.
 *
 * @returns where the worktree is.
 * @throws if git does not know the revision.
 */
export function checkOutRevision(ref: string): string {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: benchmarks, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    git('rev-parse', '--verify', `${ref}^{commit}`);
  } catch (cause) {
    throw new Error(`--against ${ref}: git knows no such commit, branch or tag.`, { cause });
  }
  const root = join(mkdtempSync(join(tmpdir(), 'waybill-bench-')), 'revision');
  git('worktree', 'add', '--detach', root, ref);
  process.on('exit', () => {
    git('worktree', 'remove', '--force', root);
    rmSync(join(root, '..'), { recursive: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  const installed = join(benchmarks, 'node_modules');
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@waybill'), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (!name.startsWith('.') && name !== '@waybill') symlinkSync(join(installed, name), join(modules, name));
  }
  for (const name of readdirSync(join(root, 'packages'))) {
    symlinkSync(join(root, 'packages', name), join(modules, '@waybill', name));
  }
  return root;
}
