import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { ownerLabel } from '../src/cleanup/owned-containers.ts';

it('leaves nothing running after a run that was killed', async () => {
  const { WAYBILL_SQS_URL: _, ...env } = process.env;
  const run = spawn(process.execPath, [join(import.meta.dirname, 'start-sqs-and-wait.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [owner] = await once(createInterface({ input: run.stdout }), 'line');
  const engine = await getContainerRuntimeClient();
  expect(await countContainersOf(engine, owner)).toBe(1);

  run.kill('SIGKILL');

  while ((await countContainersOf(engine, owner)) > 0) await setTimeout(50);
  expect(await countContainersOf(engine, owner)).toBe(0);
});

async function countContainersOf(engine: ContainerRuntimeClient, owner: string): Promise<number> {
  const label = [`${ownerLabel}=${owner}`];
  const containers = await engine.container.dockerode.listContainers({ all: true, filters: { label } });
  return containers.length;
}
