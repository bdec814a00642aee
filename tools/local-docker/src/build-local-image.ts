import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContainerRuntimeClient, ImageName } from 'testcontainers';
import { installCommand, report, runCommand } from './commands.ts';
import { baseOf, imageFolder, localImage, release } from './local-image.ts';

const builds = new Map<string, Promise<void>>();

/** Builds a local image and what it is built on, unless Docker has them. An image is built once, also if asked for twice. */
export function buildLocalImage(
  docker: ContainerRuntimeClient,
  name: string,
  version?: string,
): Promise<void> {
  const image = localImage(name, version);
  const build = builds.get(image) ?? buildMissing(docker, name, version);
  builds.set(image, build);
  return build;
}

async function buildMissing(docker: ContainerRuntimeClient, name: string, version?: string): Promise<void> {
  const image = localImage(name, version);
  if (await docker.image.exists(ImageName.fromString(image))) return;
  const folder = await mkdtemp(join(tmpdir(), `waybill-${name}-`));
  try {
    if (name === 'debian') await importDebian(docker, image, folder);
    else await buildFolder(docker, name, version, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importDebian(docker: ContainerRuntimeClient, image: string, folder: string): Promise<void> {
  await installCommand('debootstrap', ['debootstrap', 'debian-archive-keyring']);
  report(`building ${image} from Debian packages (about half a minute)`);
  await runCommand('debootstrap', ['--variant=minbase', release, join(folder, 'root')]);
  const archive = join(folder, 'root.tar');
  await runCommand('tar', ['-C', join(folder, 'root'), '-cf', archive, '.']);
  const [repo, tag] = image.split(':');
  await finish(docker, await docker.container.dockerode.importImage(archive, { repo, tag }));
}

async function buildFolder(
  docker: ContainerRuntimeClient,
  name: string,
  version: string | undefined,
  folder: string,
): Promise<void> {
  const image = localImage(name, version);
  await cp(imageFolder(name), folder, { recursive: true });
  await Promise.all([buildLocalImage(docker, baseOf(name)), copyJars(folder, version)]);
  report(`building ${image}`);
  const dockerfile = join(folder, 'Dockerfile');
  const text = await readFile(dockerfile, 'utf8');
  await writeFile(dockerfile, text.replace(/^FROM .*/m, `FROM ${localImage(baseOf(name))}`));
  const build = await docker.container.dockerode.buildImage(
    { context: folder, src: ['.'] },
    // Packages are reached through the network of the host.
    { t: image, networkmode: 'host', forcerm: true },
  );
  await finish(docker, build);
}

/** Copies the jars of the folder's `pom.xml`, and all that they need at run time, into `libs`. */
async function copyJars(folder: string, version: string | undefined): Promise<void> {
  const pom = join(folder, 'pom.xml');
  if (!existsSync(pom)) return;
  await installCommand('mvn', ['maven']);
  report(`fetching jars with Maven: ${folder}`);
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const options = [
    `-Dimage.version=${version}`,
    '-DincludeScope=runtime',
    `-DoutputDirectory=${folder}/libs`,
  ];
  await runCommand('mvn', ['--batch-mode', '--file', pom, goal, ...options]);
}

/** Waits for the end of a build or an import. Docker reports an error as one of its steps. */
async function finish(docker: ContainerRuntimeClient, progress: NodeJS.ReadableStream): Promise<void> {
  const steps = await new Promise<{ error?: string }[]>((resolve, reject) => {
    docker.container.dockerode.modem.followProgress(progress, (error, output) =>
      error ? reject(error) : resolve(output),
    );
  });
  const failed = steps.find(({ error }) => error !== undefined);
  if (failed) throw new Error(failed.error);
}
