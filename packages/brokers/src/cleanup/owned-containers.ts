import type { ContainerRuntimeClient } from 'testcontainers';
import { isAlive } from './owner.ts';

/** The label that says which process a container belongs to. */
export const ownerLabel = 'waybill.owner';

/** Removes the containers of one owner. */
export function removeContainersOf(engine: ContainerRuntimeClient, owner: string): Promise<number> {
  return removeContainers(engine, (candidate) => candidate === owner);
}

/** Removes the containers whose owner is gone; gives their number. */
export function removeStaleContainers(engine: ContainerRuntimeClient): Promise<number> {
  return removeContainers(engine, (owner) => !isAlive(owner));
}

async function removeContainers(
  engine: ContainerRuntimeClient,
  isUnwanted: (owner: string) => boolean,
): Promise<number> {
  const { dockerode } = engine.container;
  const containers = await dockerode.listContainers({ all: true, filters: { label: [ownerLabel] } });
  const unwanted = containers.filter(({ Labels }) => isUnwanted(Labels[ownerLabel] ?? ''));
  // One that cannot be removed is being removed by another process, or is gone.
  await Promise.allSettled(
    unwanted.map(({ Id }) => dockerode.getContainer(Id).remove({ force: true, v: true })),
  );
  return unwanted.length;
}
