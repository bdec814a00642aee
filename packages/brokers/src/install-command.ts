import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstall } from './can-install.ts';
import { report } from './report.ts';
import { commandPath, runCommand } from './run-command.ts';

let installing: Promise<void> = Promise.resolve();

/**
 * Installs the Debian packages that bring a command, where it is missing. One installation at a time.
 *
 * @throws where the command is missing and this is not root on Debian or Ubuntu
 */
export async function installCommand(command: string, packages: readonly string[]): Promise<void> {
  if (hasCommand(command)) return;
  if (!canInstall()) {
    throw new Error(`${command} is missing, and only root on Debian or Ubuntu can install it from here`);
  }
  const turn = installing.then(() => (hasCommand(command) ? undefined : aptInstall(packages)));
  installing = turn.catch(() => {});
  await turn;
}

/** Whether a command can be run. */
function hasCommand(command: string): boolean {
  return commandPath.split(delimiter).some((directory) => existsSync(join(directory, command)));
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  report(`installing ${packages.join(', ')} with apt-get`);
  // One unreachable source of many is no reason to give up: the installation below tells.
  await runCommand('apt-get', ['update', '-qq']).catch(() => {});
  const waitForOthers = ['-o', 'DPkg::Lock::Timeout=300'];
  await runCommand('apt-get', [...waitForOthers, 'install', '-y', '--no-install-recommends', ...packages]);
}
