import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeImage } from '@waybill/brokers/compose-image';
import { openTelemetryLines } from '../package-tests/open-telemetry-lines.ts';
import { publishedManifests } from '../publishing/pack-packages.ts';
import type { Attempt } from '../release/release-table.ts';
import { type Client, readClients } from './client-releases.ts';

/** The parts of `docs/compatibility.md` that are written from runs. */
export const sections = ['clients', 'opentelemetry', 'node', 'packages'] as const;

export type Section = (typeof sections)[number];

/** How many tests of a file, or of a `describe` block, passed and failed. */
export type Tally = (name: string) => string;

export const pagePath = 'docs/compatibility.md';

/** Puts a table between the marks of its section. */
export function replaceSection(page: string, section: Section, table: string): string {
  const marked = new RegExp(`(<!-- ${section} -->\\n)[\\s\\S]*(<!-- /${section} -->)`);
  if (!marked.test(page)) throw new Error(`${pagePath} has no place for the section "${section}".`);
  return page.replace(marked, (_, start: string, end: string) => `${start}${table}\n${end}`);
}

/** The clients that {@link readClients} finds, with what came of the conformance suite. */
export function clientsTable(root: string, tally: Tally): string {
  const clients = readClients(root);
  return table(
    ['package', 'client', 'accepted', 'lowest run', 'newest run', 'broker'],
    clients.map((client) => [
      `\`${client.packageName}\``,
      `\`${client.client}\``,
      // A bar would end the cell.
      `\`${client.range.replaceAll('|', '\\|')}\``,
      releaseCell(client.lowest, tally),
      releaseCell(client.newest, tally),
      composeImage(client.broker),
    ]),
  );
}

function releaseCell({ version, file }: Client['lowest'], tally: Tally): string {
  return `${version}: [${tally(file)}](../${file})`;
}

/** The lines of OpenTelemetry JS that the package tests install, with what came of them. */
export function openTelemetryTable(tally: Tally): string {
  return table(
    ['API', 'SDK', 'context manager', '`@opentelemetry/instrumentation`', 'tests of the packed packages'],
    openTelemetryLines.map(({ title, dependencies }) => [
      dependencies['@opentelemetry/api'],
      dependencies.sdk.slice('npm:@opentelemetry/'.length).replace('@', ' '),
      dependencies['@opentelemetry/context-async-hooks'],
      dependencies['@opentelemetry/instrumentation'],
      tally(`with ${title}`),
    ]),
  );
}

/** The releases of Node.js that `pnpm release --dry-run` ran, from its report. */
export function nodeTable(attempts: readonly Attempt[]): string {
  const projects = [...new Set(attempts.map(({ project }) => project))];
  return table(
    ['Node.js', 'package manager', 'ways in which README’s program was built and run'],
    projects.map((project) => {
      const own = attempts.filter((attempt) => attempt.project === project);
      const failed = own.filter(({ failure }) => failure !== undefined).length;
      const [node = '', packageManager = ''] = project.split(', ');
      return [node, packageManager, count(own.length - failed, failed)];
    }),
  );
}

/** What each published package brings, and what it asks for. */
export function packagesTable(root: string, sizeOf: (packageName: string) => string): string {
  return table(
    ['package', 'depends on', 'asks for', 'size of the tarball'],
    publishedManifests(root).map(({ name, dependencies, peerDependencies, peerDependenciesMeta }) => {
      const peers = Object.keys(peerDependencies ?? {});
      const mandatory = peers.filter((peer) => !peerDependenciesMeta?.[peer]?.optional);
      return [`\`${name}\``, namesOf(Object.keys(dependencies ?? {})), namesOf(mandatory), sizeOf(name)];
    }),
  );
}

function namesOf(packages: readonly string[]): string {
  return packages.length === 0 ? 'nothing' : packages.map((name) => `\`${name}\``).join(', ');
}

/** Such as `62 passed`; failures stand beside them. */
export function count(passed: number, failed: number): string {
  return failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function readPage(root: string): string {
  return readFileSync(join(root, pagePath), 'utf8');
}
