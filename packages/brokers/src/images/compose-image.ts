import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const composeFile = join(import.meta.dirname, '../../../../docker-compose.yml');

/**
 * The public image of a service, as `docker-compose.yml` names it.
 *
 * @param compose the file's text, for tests
 * @throws where the service is missing, or its image has no version
 */
export function composeImage(service: string, compose: string = readFileSync(composeFile, 'utf8')): string {
  const image: unknown = parse(compose)?.services?.[service]?.image;
  if (typeof image !== 'string') throw new Error(`docker-compose.yml names no image for ${service}`);
  if (imageVersion(image) === '') throw new Error(`docker-compose.yml names no version in ${image}`);
  return image;
}

/** The tag of an image: `4.1.0` of `apache/kafka:4.1.0`; empty if it has none. */
export function imageVersion(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1).split(':')[1] ?? '';
}
