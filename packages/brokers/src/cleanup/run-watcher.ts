// A program: waits until its standard input ends, which is when the process that started it ends, and removes that
// process's containers.
import { setTimeout } from 'node:timers/promises';
import { getContainerRuntimeClient } from 'testcontainers';
import { leaseEngine } from '../engine/lease-engine.ts';
import { removeContainersOf } from './owned-containers.ts';

const [owner = ''] = process.argv.slice(2);

await leaseEngine();
await process.stdin.resume().toArray();
const engine = await getContainerRuntimeClient();
await removeContainersOf(engine, owner);
// The owner's last request may have been one for a container, still being made just now.
await setTimeout(1_000);
await removeContainersOf(engine, owner);
process.exit();
