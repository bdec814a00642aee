import { spawnSync } from 'node:child_process';

const checks = ['check:lint', 'check:types', 'check:packages'];

/** Runs every check, also after a failed one, so all problems are seen at once. */
const results = checks.map((check) => {
  console.log(`\n> ${check}`);
  const started = performance.now();
  // `node --run` instead of pnpm: the same scripts, the pinned Node, no second process to start.
  const { status } = spawnSync(process.execPath, ['--run', check], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { check, passed: status === 0, seconds: (performance.now() - started) / 1000 };
});

console.log();
for (const { check, passed, seconds } of results) {
  console.log(`${check.padEnd(16)}${passed ? 'ok    ' : 'FAILED'}${seconds.toFixed(1).padStart(7)} s`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
