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

  /** What each worker had in use after each of its tasks, in bytes. */
  readonly heaps: readonly (readonly number[])[];
}

/** Has worker processes do tasks, each one task after the other. What a worker remembers stays from task to task. */
export async function runTasks(
  tasks: readonly Task[],
  workers: number,
  onResult: (result: FuzzResult) => void,
): Promise<PoolResult> {
  const waiting = [...tasks];
  const results: FuzzResult[] = [];
  const work = async (): Promise<readonly number[]> => {
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
    return heaps;
  };
  const heaps = await Promise.all(Array.from({ length: workers }, work));
  return { results, heaps };
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
