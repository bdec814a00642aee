import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Where commands are looked for. The system's own folders are not on the path of every root shell. */
export const commandPath: string = `${process.env.PATH}:/usr/sbin:/sbin`;

const releaseFile = '/etc/os-release';
let lastInstallation: Promise<void> = Promise.resolve();

/** Prints what is being done to stderr: a first start takes minutes. */
export function report(step: string): void {
  process.stderr.write(`brokers: ${step}\n`);
}

/** Whether packages can be installed here: as root, on Debian, Ubuntu or a system made from them. */
export function canInstall(): boolean {
  const isRoot = process.getuid?.() === 0;
  return (
    isRoot &&
    existsSync(releaseFile) &&
    /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync(releaseFile, 'utf8'))
  );
}

/**
 * Installs the Debian packages that contain a command, where the command is missing. Installations run one after the other.
 *
 * @throws where the command is missing and `canInstall()` is false
 */
export async function installCommand(command: string, packages: readonly string[]): Promise<void> {
  if (hasCommand(command)) return;
  if (!canInstall()) {
    throw new Error(`${command} is missing, and only root on Debian or Ubuntu can install it from here`);
  }
  const installation = lastInstallation.then(() => (hasCommand(command) ? undefined : aptInstall(packages)));
  lastInstallation = installation.catch(() => {});
  await installation;
}

/**
 * Runs a command to its end.
 *
 * @throws where it fails, with the command and the last 20 lines of its output
 */
export async function runCommand(command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: commandPath, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await promisify(execFile)(command, args, { env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const output = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`${command} ${args.join(' ')} failed:\n${output}`, { cause: error });
  }
}

function hasCommand(command: string): boolean {
  return commandPath.split(delimiter).some((folder) => existsSync(join(folder, command)));
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  report(`installing ${packages.join(', ')} with apt-get`);
  // An unreachable source among several is no reason to give up: the installation fails where it matters.
  await runCommand('apt-get', ['update', '-qq']).catch(() => {});
  const waitForLock = ['-o', 'DPkg::Lock::Timeout=300'];
  await runCommand('apt-get', [...waitForLock, 'install', '-y', '--no-install-recommends', ...packages]);
}
