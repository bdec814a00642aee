import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'tsdown';
import type { Group } from '../group.ts';

const core = join(import.meta.dirname, '../../../packages/core');
const name = 'core/size-over-17-kB';

/** Core as a bundle of both its entries would hold it: minified, compressed with gzip, without OpenTelemetry's API. */
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
    return { core: { kB: [gzipSync(code).byteLength / 1_000] } };
  },
  rows: [{ name, unit: 'kB', compare: (figure) => ({ ours: figure('core', 'kB'), theirs: 17 }) }],
};
