import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Message, Order, Report, Task } from './task.ts';

/** A process of a run, as its parent sees it. */
export interface RunProcess {
  /** Fulfilled when it is connected. */
  readonly ready: Promise<unknown>;

  /** The accepted messages, when the producer has published all. */
  readonly published: Promise<readonly number[]>;

  tell(order: Order): void;
  kill(): void;

  /** Closes the client and returns the report of the process. */
  finish(): Promise<Report>;
}

/** Starts a process. Its promises fail when it ends before it is finished and was not killed. */
export function startProcess(task: Task): RunProcess {
  const child = fork(join(import.meta.dirname, 'process.ts'), [JSON.stringify(task)], {
    // kafkajs asks for timers in the past.
    execArgv: [
      '--expose-gc',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
    ],
  });
  const ready = Promise.withResolvers<void>();
  const published = Promise.withResolvers<readonly number[]>();
  const finished = Promise.withResolvers<Report>();
  child.on('message', (message: Message) => {
    if (message.is === 'ready') ready.resolve();
    if (message.is === 'published') published.resolve(message.accepted);
    if (message.is === 'finished') finished.resolve(message.report);
  });
  child.on('exit', (code, signal) => {
    const error = new Error(`The ${task.role} of ${task.client} ended with ${code ?? signal}.`);
    for (const { reject } of [ready, published, finished]) reject(error);
  });
  for (const { promise } of [ready, published, finished]) promise.catch(() => undefined);
  return {
    ready: ready.promise,
    published: published.promise,
    tell: (order) => void child.send(order),
    kill: () => void child.kill('SIGKILL'),
    finish() {
      child.send('finish' satisfies Order);
      return finished.promise;
    },
  };
}
