import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { canInstall, installCommand, report } from './commands.ts';
import { holdDaemon, startDaemon } from './daemon.ts';

const log = join(tmpdir(), 'waybill-dockerd.log');
let docker: Promise<ContainerRuntimeClient> | undefined;

/**
 * Finds the Docker daemon that Testcontainers would use. Where none answers and this is root on Debian or Ubuntu, it
 * installs and starts one, which stops when the last process that asked for it here ends.
 *
 * @throws where no daemon answers and none can be started
 */
export function findDocker(): Promise<ContainerRuntimeClient> {
  docker ??= findOrStart();
  // A failure is not kept: the caller may start Docker and try again.
  docker.catch(() => {
    docker = undefined;
  });
  return docker;
}

async function findOrStart(): Promise<ContainerRuntimeClient> {
  await holdDaemon();
  const running = await runningDocker();
  if (running) return running;
  if (!canInstall()) {
    throw new Error('no Docker daemon answers, and only root on Debian or Ubuntu can start one from here');
  }
  report('no Docker daemon answers');
  await installCommand('dockerd', ['docker.io']);
  // Where services are managed, the installation has started it.
  return (await runningDocker()) ?? (await startDocker());
}

async function startDocker(): Promise<ContainerRuntimeClient> {
  report(`starting dockerd; it stops when no process here uses it (log: ${log})`);
  await startDaemon(['dockerd'], log);
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await setTimeout(100)) {
    const started = await runningDocker();
    if (started) return started;
  }
  throw new Error(`dockerd does not answer within 30 s (log: ${log})`);
}

async function runningDocker(): Promise<ContainerRuntimeClient | undefined> {
  // A daemon on this machine publishes ports here. Testcontainers would ask for the bridge's address where the machine was
  // made from a container image.
  if (existsSync('/var/run/docker.pid')) process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1';
  return getContainerRuntimeClient().catch(() => undefined);
}
