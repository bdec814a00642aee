import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import type { ContainerRuntimeClient, ImageName } from 'testcontainers';
import { brokerRecipes } from '../broker-recipes.ts';
import { composeImage, imageVersion } from './compose-image.ts';
import { provideImage } from './provide-image.ts';
import { standInImage } from './stand-in.ts';

const publicImage = composeImage('sqs');
const standIn = standInImage(brokerRecipes.sqs.standIn(imageVersion(publicImage)));

it('takes the public image if the engine has it', async () => {
  const engine = fakeEngine({ images: [publicImage, standIn] });
  await expect(provideImage(engine.client, 'sqs')).resolves.toBe(publicImage);
  expect(engine.pulled).toEqual([]);
});

it('takes a stand-in that was built before, without another try at the registry', async () => {
  const engine = fakeEngine({ images: [standIn] });
  await expect(provideImage(engine.client, 'sqs')).resolves.toBe(standIn);
  expect(engine.pulled).toEqual([]);
});

it('pulls the public image if the engine has neither', async () => {
  const engine = fakeEngine({ images: [] });
  await expect(provideImage(engine.client, 'sqs')).resolves.toBe(publicImage);
  expect(engine.pulled).toEqual([publicImage]);
});

it('builds the stand-in if the public image cannot be pulled', async () => {
  const engine = fakeEngine({ images: [], pullFailure: 'no such host' });
  const built: string[] = [];
  const build = async (_: unknown, recipe: Parameters<typeof standInImage>[0]) => {
    built.push(standInImage(recipe));
  };
  await expect(provideImage(engine.client, 'sqs', build)).resolves.toBe(standIn);
  expect(built).toEqual([standIn]);
});

it('names the image and the two ways out if it can neither be pulled nor be built', async () => {
  const engine = fakeEngine({ images: [], pullFailure: 'no such host' });
  const attempt = provideImage(engine.client, 'sqs', () => Promise.reject(new Error('no space left')));
  await expect(attempt).rejects.toThrow(
    `${publicImage} cannot be pulled, and no stand-in can be built: no space left. Two ways out:
  - let the Docker engine pull ${publicImage}, and run this again
  - set WAYBILL_SQS_URL to the URL of a broker that is running`,
  );
});

interface FakeEngine {
  readonly images: readonly string[];
  readonly pullFailure?: string;
}

function fakeEngine({ images, pullFailure }: FakeEngine) {
  const pulled: string[] = [];
  const client = {
    image: { exists: async (image: ImageName) => images.includes(image.string) },
    container: {
      dockerode: {
        async pull(image: string) {
          pulled.push(image);
          return Readable.from([JSON.stringify(pullFailure ? { error: pullFailure } : { status: 'Done' })]);
        },
      },
    },
  } as unknown as ContainerRuntimeClient;
  return { client, pulled };
}
