import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'tsdown';
import type { Group } from '../group.ts';

const core = join(import.meta.dirname, '../../../packages/core');
const name = 'core/size-over-12-kB';

/** Core as a bundle of both its entries would hold it: minified, compressed with gzip, without the API that it stands on. */
export const sizeGroup: Group = {
  name,
  processes: 1,
  async measure() {
    const bundles = await build({
      cwd: core,
      entry: { both: join(import.meta.dirname, '../../whole-core.ts') },
      config: false,
      minify: true,
      dts: false,
      write: false,
      logLevel: 'silent',
      deps: { neverBundle: [/^@opentelemetry\//, /^node:/], alwaysBundle: [/.*/] },
    } as Parameters<typeof build>[0]);
    const code = bundles
      .flatMap(({ chunks }) => chunks)
      .map((chunk) => ('code' in chunk ? chunk.code : ''))
      .join('');
    return { size: [gzipSync(code).byteLength / 1_000] };
  },
  rows: [
    {
      name,
      goal: 1,
      unit: 'kB',
      compare: ({ size }) => ({ ours: size?.[0] ?? Number.NaN, theirs: 12 }),
    },
  ],
};
