import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Debian release that local images are built on: its Java and its brokers are current. */
export const release = 'trixie';

/** The folder of a local image: a Dockerfile, what it copies, and a `pom.xml` if it needs jars. */
export function imageFolder(name: string): string {
  return join(import.meta.dirname, '../images', name);
}

/** The image that a local image is built on: another folder in `images/`, or `debian`. Its Dockerfile begins with it. */
export function baseOf(name: string): string {
  const [, base = ''] =
    /^FROM (\S+)/m.exec(readFileSync(join(imageFolder(name), 'Dockerfile'), 'utf8')) ?? [];
  return base;
}

/**
 * The name of a local image, such as `waybill-local/kafka:8.1.0-4eddc9ecb2f7`. The tag has a digest of the folder, so a
 * changed folder is another image, and an image that exists is up to date.
 *
 * @param version the tag of the public image that it is used instead of. Testcontainers' modules read it.
 */
export function localImage(name: string, version?: string): string {
  if (name === 'debian') return `waybill-local/debian:${release}`;
  const folder = imageFolder(name);
  const digest = createHash('sha256').update(`${localImage(baseOf(name))} ${version}`);
  for (const file of readdirSync(folder).sort()) digest.update(file).update(readFileSync(join(folder, file)));
  return `waybill-local/${name}:${[version, digest.digest('hex').slice(0, 12)].filter(Boolean).join('-')}`;
}
