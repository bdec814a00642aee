import { rm } from 'node:fs/promises';
import { packedPackages } from './packed-packages.ts';

/** Removes the tarballs, and the projects that were made beside them. */
export default async function removePackagesOfRun(): Promise<void> {
  await rm(packedPackages().directory, { recursive: true, force: true });
}
