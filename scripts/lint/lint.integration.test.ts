import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

const refused = [
  ['packages/sqs/src/a.ts', "import '@waybill/kafkajs';", 'An adapter is imported only by its own package'],
  ['packages/cli/src/a.ts', "import '@waybill/kafkajs';", 'An adapter is imported only by its own package'],
  ['packages/sqs/src/a.ts', "import '@waybill/policy-file';", 'An adapter is imported only by its own'],
  ['packages/core/src/a.test.ts', "type A = import('@waybill/sqs').A;", 'An adapter is imported only by'],
  ['packages/core/src/a.ts', "await import('node:fs');", 'Core imports only @opentelemetry/api'],
  ['packages/core/src/policy/a.ts', "import '../waybill/b.ts';", 'A layer of core imports only'],
  [
    'packages/core/src/operations/publish/a.ts',
    "import '../../waybill/b.ts';",
    'A layer of core imports only',
  ],
  ['packages/core/src/history/a.ts', "import '../spans/b.ts';", 'A layer of core imports only'],
  ['packages/core/src/diag.ts', "import './seam/b.ts';", 'A layer of core imports only'],
  ['packages/core/package.json', '{ "dependencies": { "ms": "2" } }', 'Core has no dependencies'],
  ['packages/sqs/src/a.ts', "import '../../core/src/b.ts';", 'A package is imported by its name'],
  ['scripts/a.ts', "require.resolve('../packages/core/src/b.ts');", 'A package is imported by its name'],
  ['packages/sqs/src/a.ts', "import '../test/b.ts';", 'A source never imports a test'],
  ['packages/sqs/src/a.ts', "export const a = 'messaging.system';", 'A name of the conventions belongs in'],
  [
    'packages/sqs/src/a.ts',
    'export const a = (b: string) => `kafka.${b}`;',
    'A name of the conventions belongs',
  ],
  ['packages/sqs/src/helpers.ts', 'export {};', 'This filename should match'],
] as const;

const accepted = [
  [
    'packages/bullmq/test/a.ts',
    "import '@waybill/bullmq'; import '../src/b.ts'; import '../../test/b.test.ts';",
  ],
  ['packages/cli/src/a.ts', "import '@waybill/policy-file'; import '@waybill/journey/sources';"],
  ['examples/demo/src/a.ts', "import '@waybill/sqs'; import '@waybill/kafkajs';"],
  ['packages/auto/src/a.ts', "type A = typeof import('@waybill/sqs');"],
  ['benchmarks/src/a.ts', "import '../../packages/core/src/b.ts';"],
  ['packages/core/src/spans/a.ts', "import '../policy/b.ts'; import './c.ts'; import '@opentelemetry/api';"],
  ['packages/kafkajs/src/adapter-info.ts', "export const a = 'kafka.offset';"],
  ['packages/journey/src/telemetry-names.ts', "export const a = 'messaging.kafka.partition';"],
  ['packages/sqs/src/latest/test-clock.ts', "export const a = 'aws.sqs'; // messaging.system"],
] as const;

/** What Biome reports in a repository with our rules, by the path and the text of each file. */
const reports = lint([...refused, ...accepted]);

it.each(refused)('the lint refuses in %s: %s', (path, text, message) => {
  expect(reports.get(path + text)).toContain(message);
});

it.each(accepted)('the lint accepts in %s: %s', (path, text) => {
  expect(reports.get(path + text)).not.toContain('::error title=plugin');
});

/** Lints all files in one run, each under a name of its own. */
function lint(
  files: readonly (readonly [path: string, text: string, message?: string])[],
): Map<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-lint-'));
  for (const name of ['biome.json', 'scripts/lint'])
    cpSync(join(root, name), join(directory, name), { recursive: true });
  const named = files.map(([path, text], index) => ({
    key: path + text,
    text,
    path: path.replace(/\/a((?:\.test)?\.ts)$/, `/a${index}$1`),
  }));
  for (const { path, text } of named) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const paths = named.map(({ path }) => path);
  const args = [
    biome,
    'lint',
    '--vcs-enabled=false',
    '--reporter=github',
    '--max-diagnostics=none',
    ...paths,
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  if (!stdout.includes('::error')) throw new Error(stderr);
  const lines = stdout.split('\n');
  return new Map(
    named.map(({ key, path }) => [key, lines.filter((line) => line.includes(`/${path},`)).join('\n')]),
  );
}
