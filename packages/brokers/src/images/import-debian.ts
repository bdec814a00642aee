import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerRuntimeClient } from 'testcontainers';
import { installCommand } from '../install-command.ts';
import { report } from '../report.ts';
import { runCommand } from '../run-command.ts';
import { archive } from './archive.ts';
import { followProgress } from './follow-progress.ts';
import { debian } from './stand-in.ts';

/** Makes the image that every stand-in is built on, from Debian's own packages. */
export async function importDebian(engine: ContainerRuntimeClient, image: string): Promise<void> {
  await installCommand('debootstrap', ['debootstrap', 'debian-archive-keyring']);
  report(`building ${image} from Debian packages (about half a minute)`);
  const root = await mkdtemp(join(tmpdir(), 'waybill-debian-'));
  try {
    await runCommand('debootstrap', ['--variant=minbase', debian, root]);
    const [repo, tag] = image.split(':');
    await followProgress(await engine.container.dockerode.importImage(archive(root), { repo, tag }));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
