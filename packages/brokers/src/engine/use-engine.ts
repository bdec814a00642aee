import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { canInstall } from '../can-install.ts';
import { removeStaleContainers } from '../cleanup/owned-containers.ts';
import { watchRun } from '../cleanup/watch-run.ts';
import { installCommand } from '../install-command.ts';
import { report } from '../report.ts';
import { leaseEngine } from './lease-engine.ts';
import { startEngine } from './start-engine.ts';

let engine: Promise<ContainerRuntimeClient> | undefined;

/**
 * Finds the Docker engine that Testcontainers would use; where none answers and this is root on Debian or Ubuntu,
 * installs and starts one. From then on whatever this process starts on it is removed when the process ends.
 *
 * @param urlVariable the variable that makes an engine unnecessary, for the error
 * @throws where there is no engine and none can be installed
 */
export function useEngine(urlVariable: string): Promise<ContainerRuntimeClient> {
  engine ??= findOrStartEngine(urlVariable);
  // A failure is not kept: the caller may start Docker and try again.
  engine.catch(() => {
    engine = undefined;
  });
  return engine;
}

async function findOrStartEngine(urlVariable: string): Promise<ContainerRuntimeClient> {
  if (await leaseEngine()) reachOnLoopback();
  const found = (await runningEngine()) ?? (await installedEngine(urlVariable));
  watchRun();
  const stale = await removeStaleContainers(found);
  if (stale > 0) report(`removed ${stale} container(s) that an earlier run had left`);
  return found;
}

async function installedEngine(urlVariable: string): Promise<ContainerRuntimeClient> {
  if (!canInstall()) {
    throw new Error(noEngine(urlVariable, 'only root on Debian or Ubuntu can install one from here'));
  }
  report('no Docker engine answers');
  try {
    await installCommand('dockerd', ['docker.io']);
    // Where services are managed, installing the engine started it.
    const started = await runningEngine();
    if (started) return started;
    reachOnLoopback();
    return await startEngine(runningEngine);
  } catch (error) {
    throw new Error(noEngine(urlVariable, (error as Error).message), { cause: error });
  }
}

/**
 * An engine started here publishes its ports here. Testcontainers would ask for the bridge's address on a machine that
 * was made from a container image, because it takes it for a container.
 */
function reachOnLoopback(): void {
  process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1';
}

/** The engine that answers, if one does. */
async function runningEngine(): Promise<ContainerRuntimeClient | undefined> {
  return getContainerRuntimeClient().catch(() => undefined);
}

/** What to do where a broker is wanted and there is no engine. */
export function noEngine(urlVariable: string, reason: string): string {
  return `No Docker engine answers, and ${reason}. Two ways out:
  - start Docker, and run this again
  - set ${urlVariable} to the URL of a broker that is running`;
}
