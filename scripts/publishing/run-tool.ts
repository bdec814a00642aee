import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** pnpm passes its path when it runs a script. Otherwise it is looked up like any other program. */
const programs: Readonly<Record<string, string | undefined>> = { pnpm: process.env.npm_execpath };

/** Runs a program to its end and returns its output; a failure throws with all output. */
export async function runTool(
  name: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(programs[name] ?? name, args, {
    cwd,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exitCode]);
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} failed in ${cwd}:\n${output}${errors}`);
  return output;
}
