// A program: waits until its standard input ends and removes the containers with a label, its argument.
import { setTimeout } from 'node:timers/promises';
import { holdDaemon } from '@waybill/local-docker';
import { getContainerRuntimeClient } from 'testcontainers';

const [label = ''] = process.argv.slice(2);

await holdDaemon();
await process.stdin.resume().toArray();
const { dockerode } = (await getContainerRuntimeClient()).container;
// The last request before the end may have been for a container, which is still being made.
for (const wait of [0, 1_000]) {
  await setTimeout(wait);
  const containers = await dockerode.listContainers({ all: true, filters: { label: [label] } });
  await Promise.allSettled(
    containers.map(({ Id }) => dockerode.getContainer(Id).remove({ force: true, v: true })),
  );
}
process.exit();
