import { expect, it } from '@jest/globals';
import type { ContainerRuntimeClient, ImageName } from 'testcontainers';
import { localImage } from './local-image.ts';
import { provideImage } from './provide-image.ts';

const publicImage = 'redis:8.0.2';
const local = localImage('redis', '8.0.2');

it.each([
  { has: 'both images', images: [publicImage, local], registry: [], expected: publicImage, pulled: false },
  { has: 'the local image', images: [local], registry: [publicImage], expected: local, pulled: false },
  { has: 'neither image', images: [], registry: [publicImage], expected: publicImage, pulled: true },
])('gives $expected where Docker has $has', async ({ images, registry, expected, pulled }) => {
  const docker = fakeDocker(images, registry);
  await expect(provideImage(docker.client, publicImage, 'redis')).resolves.toBe(expected);
  expect(docker.pulled).toEqual(pulled ? [publicImage] : []);
});

it('names both images where the one cannot be pulled and the other cannot be built', async () => {
  const { client } = fakeDocker(['waybill-local/debian:trixie'], []);
  await expect(provideImage(client, publicImage, 'redis')).rejects.toThrow(
    `${publicImage} cannot be pulled, and ${local} cannot be built: no space left`,
  );
});

/** Docker with images, a registry that has some, and no room for builds. */
function fakeDocker(images: readonly string[], registry: readonly string[]) {
  const pulled: string[] = [];
  const client = {
    image: {
      exists: async ({ string }: ImageName) => [...images, ...pulled].includes(string),
      async pull({ string }: ImageName) {
        if (!registry.includes(string)) throw new Error('no such host');
        pulled.push(string);
      },
    },
    container: { dockerode: { buildImage: () => Promise.reject(new Error('no space left')) } },
  } as unknown as ContainerRuntimeClient;
  return { client, pulled };
}
