import { type ContainerRuntimeClient, ImageName } from 'testcontainers';
import { type BrokerName, brokerRecipes } from '../broker-recipes.ts';
import { report } from '../report.ts';
import { buildStandIn } from './build-stand-in.ts';
import { composeImage, imageVersion } from './compose-image.ts';
import { pullImage } from './pull-image.ts';
import { standInImage } from './stand-in.ts';

/**
 * Gives the name of a broker's image that the engine has: the public one if it is there or can be pulled, else the
 * stand-in, which is built once. An existing stand-in is taken without another try at the public image.
 *
 * @param build builds a stand-in, for tests
 * @throws where the public image cannot be pulled and the stand-in cannot be built
 */
export async function provideImage(
  engine: ContainerRuntimeClient,
  name: BrokerName,
  build: typeof buildStandIn = buildStandIn,
): Promise<string> {
  const image = composeImage(name);
  const recipe = brokerRecipes[name];
  const standIn = recipe.standIn(imageVersion(image));
  const local = standInImage(standIn);
  for (const candidate of [image, local]) {
    if (await engine.image.exists(ImageName.fromString(candidate))) return candidate;
  }
  report(`pulling ${image}`);
  try {
    await pullImage(engine, image);
    return image;
  } catch (error) {
    report(`it cannot be pulled (${(error as Error).message}); building ${local} to stand in for it`);
  }
  try {
    await build(engine, standIn);
    return local;
  } catch (error) {
    throw new Error(noImage(image, recipe.urlVariable, (error as Error).message), { cause: error });
  }
}

function noImage(image: string, urlVariable: string, reason: string): string {
  return `${image} cannot be pulled, and no stand-in can be built: ${reason}. Two ways out:
  - let the Docker engine pull ${image}, and run this again
  - set ${urlVariable} to the URL of a broker that is running`;
}
