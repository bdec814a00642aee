import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An image built here because the public one cannot be pulled. */
export interface StandIn {
  /** The image is `waybill-local/<name>`, its recipe the folder `images/<name>`. */
  readonly name: string;
  /** What its Dockerfile's `BASE` is. */
  readonly base: StandIn | typeof debian;
  /** Maven coordinates (`group:artifact:version`) of the jars that, with all they need, come into `libs`. */
  readonly jars?: readonly string[];
}

/** The release that every stand-in is built on: its Java and its brokers are current. */
export const debian = 'trixie';

/** The folder with the recipe of a stand-in. */
export function recipeDirectory(standIn: StandIn): string {
  return join(import.meta.dirname, '../../images', standIn.name);
}

/**
 * The name of a stand-in's image. Its tag is a digest of the recipe, so a changed recipe is another image, and an
 * image that exists is up to date.
 */
export function standInImage(standIn: StandIn | typeof debian): string {
  if (standIn === debian) return `waybill-local/debian:${debian}`;
  const recipe = createHash('sha256').update(JSON.stringify([standInImage(standIn.base), standIn.jars]));
  const directory = recipeDirectory(standIn);
  for (const file of readdirSync(directory).sort()) {
    recipe.update(file).update(readFileSync(join(directory, file)));
  }
  return `waybill-local/${standIn.name}:${recipe.digest('hex').slice(0, 12)}`;
}
