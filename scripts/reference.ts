import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the parts of the documentation that come from recorded runs: `pnpm reference [kafkajs|amqplib|bullmq|sqs]...` */
const root = join(import.meta.dirname, '..');
const tests = globSync('packages/*/test/{recorded,telemetry-table}.container.test.ts', { cwd: root }).sort();
const packages = [...new Set(tests.map((test) => String(test.split('/')[1])))];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !packages.includes(name));

if (unknown.length > 0) {
  console.error(`Usage: pnpm reference [${packages.join('|')}]...`);
  process.exitCode = 2;
} else {
  const selected = tests.filter((test) => chosen.length === 0 || chosen.includes(String(test.split('/')[1])));
  const { status } = spawnSync(process.execPath, ['scripts/test.ts', 'container', ...selected], {
    cwd: root,
    env: { ...process.env, WRITE_REFERENCE: '1' },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
