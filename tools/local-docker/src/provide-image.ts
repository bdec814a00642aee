import { type ContainerRuntimeClient, ImageName } from 'testcontainers';
import { buildLocalImage } from './build-local-image.ts';
import { report } from './commands.ts';
import { localImage } from './local-image.ts';

/**
 * Gives the name of an image that Docker has: the public one if it is there or can be pulled, else the local one, which is
 * built once. A local image that is there is taken without another try at the registry.
 *
 * @param name the folder in `images/` that is built where the public image cannot be pulled
 * @throws where the public image cannot be pulled and the local one cannot be built
 */
export async function provideImage(
  docker: ContainerRuntimeClient,
  publicImage: string,
  name: string,
): Promise<string> {
  const source = ImageName.fromString(publicImage);
  const local = localImage(name, source.tag);
  for (const image of [publicImage, local]) {
    if (await docker.image.exists(ImageName.fromString(image))) return image;
  }
  report(`pulling ${publicImage}`);
  await docker.image.pull(source).catch(() => {});
  if (await docker.image.exists(source)) return publicImage;
  report(`${publicImage} cannot be pulled; building ${local} instead`);
  try {
    await buildLocalImage(docker, name, source.tag);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${publicImage} cannot be pulled, and ${local} cannot be built: ${message}`, {
      cause: error,
    });
  }
  return local;
}
