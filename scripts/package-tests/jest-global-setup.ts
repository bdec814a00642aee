import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from '../publishing/pack-packages.ts';

/** Builds and packs the packages once for all test files of a run. `packedPackages()` gives them. */
export default async function packPackagesOfRun(_run: unknown, project: { rootDir: string }): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-package-test-'));
  const packages = await packPackages(project.rootDir, directory);
  process.env.WAYBILL_PACKED_PACKAGES = JSON.stringify({ directory, packages });
}
