import { runWaybill } from '../src/run-waybill.ts';

/** How a run of the command ended, and what it wrote. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs `waybill` with arguments, in this process. */
export async function runCommand(...args: readonly string[]): Promise<Run> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runWaybill(args, {
    out: (text) => out.push(text),
    error: (text) => error.push(text),
    stopped: () => Promise.resolve(),
  });
  return { code, out: out.join('\n'), error: error.join('\n') };
}
