import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { leaseEngine } from './lease-engine.ts';

let directory: string;
const keepers: ChildProcess[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-keeper-'));
});

afterAll(() => {
  for (const keeper of keepers) keeper.kill();
  rmSync(directory, { recursive: true, force: true });
});

it('ends the engine once nobody holds a lease on it', async () => {
  const address = join(directory, 'leased');
  const keeper = startKeeper(address);
  const lease = await takeLease(address);

  lease.destroy();
  const [exitCode] = await once(keeper, 'exit');

  expect(exitCode).toBe(0);
  await expect(leaseEngine(address)).resolves.toBe(false);
});

it('leaves the work to a keeper that was there before', async () => {
  const address = join(directory, 'shared');
  const keeper = startKeeper(address);
  const lease = await takeLease(address);

  const [exitCode] = await once(startKeeper(address), 'exit');
  expect(exitCode).toBe(0);
  expect(keeper.exitCode).toBeNull();

  lease.destroy();
  await once(keeper, 'exit');
});

it('ends with an engine that does not start', async () => {
  const keeper = startKeeper(join(directory, 'failing'), ['no-such-command']);
  const [exitCode] = await once(keeper, 'exit');
  expect(exitCode).toBe(1);
});

it('is not waited for where no engine was started', async () => {
  await expect(leaseEngine(join(directory, 'nobody'))).resolves.toBe(false);
});

function startKeeper(address: string, engine: readonly string[] = ['sleep', '1000']): ChildProcess {
  const program = join(import.meta.dirname, 'engine-keeper.ts');
  const keeper = spawn(process.execPath, [program, address, join(directory, 'log'), ...engine]);
  keepers.push(keeper);
  return keeper;
}

/** Takes a lease as soon as the keeper is there to give one. */
async function takeLease(address: string): Promise<Socket> {
  for (;;) {
    const lease = createConnection(address);
    const isGranted = await once(lease, 'data').then(
      () => true,
      () => false,
    );
    if (isGranted) return lease;
    await setTimeout(20);
  }
}
