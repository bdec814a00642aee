import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { getContainerRuntimeClient } from 'testcontainers';

it('leaves nothing running after a run that was killed', async () => {
  const { WAYBILL_SQS_URL: _, ...env } = process.env;
  const run = spawn(process.execPath, [join(import.meta.dirname, 'start-sqs-and-wait.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [label] = await once(createInterface({ input: run.stdout }), 'line');
  expect(await countContainers(label)).toBe(1);

  run.kill('SIGKILL');

  while ((await countContainers(label)) > 0) await setTimeout(50);
});

async function countContainers(label: string): Promise<number> {
  const { container } = await getContainerRuntimeClient();
  const found = await container.dockerode.listContainers({ all: true, filters: { label: [label] } });
  return found.length;
}
