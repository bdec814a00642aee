import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContainerRuntimeClient, ImageName } from 'testcontainers';
import { report } from '../report.ts';
import { archive } from './archive.ts';
import { copyJars } from './copy-jars.ts';
import { followProgress } from './follow-progress.ts';
import { importDebian } from './import-debian.ts';
import { debian, recipeDirectory, type StandIn, standInImage } from './stand-in.ts';

const builds = new Map<string, Promise<void>>();

/** Builds a stand-in and what it is built on, unless the engine has them. Built once, even if asked for at once. */
export function buildStandIn(
  engine: ContainerRuntimeClient,
  standIn: StandIn | typeof debian,
): Promise<void> {
  const image = standInImage(standIn);
  const build = builds.get(image) ?? buildMissing(engine, standIn, image);
  builds.set(image, build);
  return build;
}

async function buildMissing(
  engine: ContainerRuntimeClient,
  standIn: StandIn | typeof debian,
  image: string,
): Promise<void> {
  if (await engine.image.exists(ImageName.fromString(image))) return;
  if (standIn === debian) return importDebian(engine, image);
  const context = await mkdtemp(join(tmpdir(), `waybill-${standIn.name}-`));
  try {
    await Promise.all([
      buildStandIn(engine, standIn.base),
      cp(recipeDirectory(standIn), context, { recursive: true }),
      standIn.jars && copyJars(standIn.jars, join(context, 'libs')),
    ]);
    report(`building ${image}`);
    await buildImage(engine, context, image, standInImage(standIn.base));
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function buildImage(
  engine: ContainerRuntimeClient,
  context: string,
  image: string,
  base: string,
): Promise<void> {
  const progress = await engine.container.dockerode.buildImage(archive(context), {
    t: image,
    buildargs: { BASE: base },
    // The network of the host is the one known to reach a package mirror.
    networkmode: 'host',
    forcerm: true,
  });
  await followProgress(progress);
}
