import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { readClients } from './compatibility/client-releases.ts';
import {
  clientsTable,
  count,
  nodeTable,
  openTelemetryTable,
  packagesTable,
  pagePath,
  readPage,
  replaceSection,
  type Section,
  sections,
  type Tally,
} from './compatibility/compatibility-page.ts';
import { packPackages } from './publishing/pack-packages.ts';
import { runTool } from './publishing/run-tool.ts';
import type { TestProject } from './test-run/parse-test-arguments.ts';
import { resultOf } from './test-run/run-project.ts';

// Runs the lowest and the newest of all that Waybill works with, and writes docs/compatibility.md from the results.
const root = join(import.meta.dirname, '..');
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !sections.some((section) => section === name));
if (unknown.length > 0)
  throw new Error(`There is no section ${unknown.join()}; there are ${sections.join(', ')}.`);

const tables: Readonly<Record<Section, () => Promise<string>>> = {
  async clients() {
    const files = readClients(root).flatMap(({ lowest, newest }) => [lowest.file, newest.file]);
    return clientsTable(root, await tallyTests('container', files));
  },
  async opentelemetry() {
    return openTelemetryTable(await tallyTests('package', ['scripts/package-tests/published-packages']));
  },
  async node() {
    const directory = mkdtempSync(join(tmpdir(), 'waybill-compatibility-'));
    try {
      const report = join(directory, 'report.json');
      const release = ['--disable-warning=ExperimentalWarning', 'scripts/release.ts', '--dry-run'];
      // Where a way failed, the report tells, too.
      console.log(await runTool(process.execPath, [...release, '--report', report], root).catch(String));
      return nodeTable(JSON.parse(readFileSync(report, 'utf8')));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  async packages() {
    const directory = mkdtempSync(join(tmpdir(), 'waybill-compatibility-'));
    try {
      const packages = await packPackages(root, directory);
      const sizes = new Map(packages.map(({ name, tarball }) => [name, statSync(tarball).size / 1_000]));
      return packagesTable(root, (name) => `${sizes.get(name)?.toFixed(0)} kB`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

let failed = false;
for (const section of sections.filter((name) => chosen.length === 0 || chosen.includes(name))) {
  const table = await tables[section]();
  failed ||= / failed/.test(table);
  writeFileSync(join(root, pagePath), replaceSection(readPage(root), section, table));
  console.log(`\n${section}\n${table}`);
}
process.exitCode = failed ? 1 : 0;

/** Runs tests, and gives the results by file and by the outermost `describe` block. */
async function tallyTests(project: TestProject, files: readonly string[]): Promise<Tally> {
  const result = await resultOf(project, files);
  if (result === undefined) throw new Error(`The tests of ${files.join(', ')} came to no result.`);
  const tests = result.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, status }) => ({
      names: [relative(root, name), ancestorTitles[0]],
      status,
    })),
  );
  return (name) => {
    const own = tests.filter(({ names }) => names.includes(name));
    const passed = own.filter(({ status }) => status === 'passed').length;
    if (own.length === 0) throw new Error(`No test of ${name} was run.`);
    return count(passed, own.length - passed);
  };
}
