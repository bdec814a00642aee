import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Client } from '../clients/client.ts';
import type { Group } from '../group.ts';

const packages = join(import.meta.dirname, '../../../packages');

/** Importing a client and its adapter, built as it is published, over importing the client alone, each in a process of its own. */
export function importGroup(client: Client, rounds: number): Group {
  const name = `${client.name}/import-over-client`;
  const clientPath = createRequire(import.meta.url).resolve(client.module);
  const adapterPath = join(packages, client.name, 'dist/index.cjs');
  return {
    name,
    processes: 1,
    async measure() {
      const alone: number[] = [];
      const traced: number[] = [];
      for (let round = -1; round < rounds; round++) {
        const [first, second] = [requireIn(clientPath), requireIn(clientPath, adapterPath)];
        if (round < 0) continue;
        alone.push(first);
        traced.push(second);
      }
      return { alone: { ms: alone }, traced: { ms: traced } };
    },
    rows: [
      {
        name,
        unit: 'ms',
        compare: (figure) => ({ ours: figure('traced', 'ms'), theirs: figure('alone', 'ms') }),
      },
    ],
  };
}

/** How long it takes a new process to load these modules, in ms. `@waybill/core` is found as users find it: built. */
function requireIn(...paths: readonly string[]): number {
  const script = `
    const { Module } = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (request, ...rest) =>
      request.startsWith('@waybill/core')
        ? ${JSON.stringify(join(packages, 'core/dist/'))} + (request.slice(14) || 'index') + '.cjs'
        : resolve(request, ...rest);
    require('@opentelemetry/api');
    const start = performance.now();
    for (const path of ${JSON.stringify(paths)}) require(path);
    console.log(performance.now() - start);
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    cwd: join(import.meta.dirname, '..'),
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
