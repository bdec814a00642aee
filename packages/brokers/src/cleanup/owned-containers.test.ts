import { hostname } from 'node:os';
import { expect, it } from '@jest/globals';
import type { ContainerRuntimeClient } from 'testcontainers';
import { ownerLabel, removeContainersOf, removeStaleContainers } from './owned-containers.ts';
import { thisOwner } from './owner.ts';

const gone = `${hostname()}/${process.pid}/1`;

it('sweeps the containers whose owner is gone, and no other', async () => {
  const engine = fakeEngine({ mine: thisOwner(), stale: gone, elsewhere: 'another-host/1/1' });
  await expect(removeStaleContainers(engine.client)).resolves.toBe(1);
  expect(engine.removed).toEqual(['stale']);
});

it('removes the containers of one owner', async () => {
  const engine = fakeEngine({ mine: thisOwner(), stale: gone });
  await removeContainersOf(engine.client, thisOwner());
  expect(engine.removed).toEqual(['mine']);
});

it('is not stopped by a container that another process removes at the same time', async () => {
  const engine = fakeEngine({ busy: gone, stale: gone });
  await expect(removeStaleContainers(engine.client)).resolves.toBe(2);
  expect(engine.removed).toEqual(['stale']);
});

/** An engine with containers by id and owner; the one called `busy` refuses to be removed. */
function fakeEngine(owners: Readonly<Record<string, string>>) {
  const removed: string[] = [];
  const client = {
    container: {
      dockerode: {
        listContainers: async () =>
          Object.entries(owners).map(([Id, owner]) => ({ Id, Labels: { [ownerLabel]: owner } })),
        getContainer: (id: string) => ({
          async remove() {
            if (id === 'busy') throw new Error('removal is already in progress');
            removed.push(id);
          },
        }),
      },
    },
  } as unknown as ContainerRuntimeClient;
  return { client, removed };
}
