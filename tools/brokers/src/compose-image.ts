import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const composeFile = join(import.meta.dirname, '../../../docker-compose.yml');

/**
 * The public image of a service, as `docker-compose.yml` names it.
 *
 * @throws where the service or its image is missing
 */
export function composeImage(service: string): string {
  const image: unknown = parse(readFileSync(composeFile, 'utf8')).services[service]?.image;
  if (typeof image !== 'string') throw new Error(`docker-compose.yml names no image for ${service}`);
  return image;
}
