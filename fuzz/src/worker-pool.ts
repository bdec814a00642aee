import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { FuzzOptions, FuzzResult } from './fuzz-result.ts';

/** What a worker is asked for: cases of one adapter. */
export interface Task extends FuzzOptions {
  readonly adapter: string;
}

/** What a worker answers. */
export interface Answer {
  readonly result: FuzzResult;

  /** The bytes that are in use after a collection. */
  readonly heap: number;
}

/** What else a worker is asked for: the shapes of a header that take an adapter more than linear time. */
export interface ShapesTask {
  readonly adapter: string;
  readonly header: string;
}

/** What came of all tasks. */
export interface PoolResult {
  readonly results: readonly FuzzResult[];

  /** How the heap of each worker grew, for a person to read. */
  readonly heaps: readonly string[];
}

/** Has worker processes do tasks, each one task after the other. What a worker remembers stays from task to task. */
export async function runTasks(
  tasks: readonly Task[],
  workers: number,
  onResult: (result: FuzzResult) => void,
): Promise<PoolResult> {
  const waiting = [...tasks];
  const results: FuzzResult[] = [];
  const work = async (): Promise<string> => {
    const child = startWorker();
    const heaps: number[] = [];
    try {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        const { result, heap } = await ask<Answer>(child, task);
        results.push(result);
        heaps.push(heap);
        onResult(result);
      }
    } finally {
      child.kill();
    }
    return heaps.length === 0
      ? 'idle'
      : [0, 0.25, 0.5, 0.75, 1].map((part) => megabytesAt(heaps, part)).join(' ');
  };
  const heaps = await Promise.all(Array.from({ length: workers }, work));
  return { results, heaps };
}

function megabytesAt(heaps: readonly number[], part: number): string {
  return `${((heaps[Math.round((heaps.length - 1) * part)] ?? 0) / 1_048_576).toFixed(0)} MB`;
}

/** Starts a process that does tasks. Its time is its own: a test runner slows down what it runs itself. */
export function startWorker(): ChildProcess {
  return fork(join(import.meta.dirname, 'worker.ts'), { execArgv: ['--expose-gc'] });
}

/** Has a worker do one task, and gives its answer. */
export function ask<Answered extends object>(child: ChildProcess, task: object): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`The worker ended with ${code} at ${JSON.stringify(task)}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Answered);
    });
    child.send(task);
  });
}
