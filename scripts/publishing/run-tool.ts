import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** pnpm says where it lives when it runs a script; started by hand, it is looked for like any other program. */
const programs: Readonly<Record<string, string | undefined>> = { pnpm: process.env.npm_execpath };

/** Runs a program to its end and returns what it printed; a failure throws with everything it said. */
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
