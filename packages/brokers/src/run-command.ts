import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where commands are looked for: also where a system's own are, which not every shell of root has on its path. */
export const commandPath: string = `${process.env.PATH}:/usr/sbin:/sbin`;

/**
 * Runs a command to its end.
 *
 * @throws with the command and the last 20 lines of what it printed if it fails
 */
export async function runCommand(command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: commandPath, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await promisify(execFile)(command, args, { env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`${command} ${args.join(' ')} failed:\n${said}`, { cause: error });
  }
}
