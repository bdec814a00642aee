import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import fastq from 'fastq';
import PQueue from 'p-queue';
import type { Envelope, Handoff } from '../src/index.ts';
import type { Pool } from './handoff-test-bed.ts';

/** A way of handing work on, with the capture where it belongs, and on the wrong side. */
export interface Boundary {
  readonly name: string;

  /** Hands work on, from where it is called. */
  right(handoff: Handoff, work: () => unknown, pool: Pool): unknown;

  /** The same with the mistake that is made here. Absent where it cannot be made. */
  wrong?(handoff: Handoff, work: () => unknown, pool: Pool): unknown;
}

/** Every boundary, over which work named `work` is handed. */
export const boundaries: readonly Boundary[] = [
  {
    name: 'an array that a loop empties',
    right(handoff, work, pool) {
      const captured = handoff.capture();
      pool.add(() => handoff.run('work', captured, work));
    },
    wrong: (handoff, work, pool) => pool.add(() => handoff.run('work', handoff.capture(), work)),
  },
  {
    name: 'a pool of tasks',
    right: (handoff, work, pool) => pool.add(handoff.bind('work', work)),
    wrong: (handoff, work, pool) => pool.add(() => handoff.bind('work', work)()),
  },
  {
    name: 'a listener that waits for something',
    right(handoff, work, pool) {
      const emitter = new EventEmitter();
      emitter.once('ready', handoff.bind('work', work));
      pool.add(() => emitter.emit('ready'));
    },
    wrong(handoff, work, pool) {
      const emitter = new EventEmitter();
      emitter.once('ready', () => handoff.bind('work', work)());
      pool.add(() => emitter.emit('ready'));
    },
  },
  {
    name: 'a timer',
    right: (handoff, work) => handoff.setTimeout('work', work, 1),
    wrong: (handoff, work, pool) => pool.add(() => handoff.setTimeout('work', work, 1)),
  },
  {
    name: 'an immediate',
    right: (handoff, work) => handoff.setImmediate('work', work),
    wrong: (handoff, work, pool) => pool.add(() => handoff.setImmediate('work', work)),
  },
  {
    name: 'a message to a port',
    right(handoff, work) {
      const { port1, port2 } = new MessageChannel();
      port2.once('message', (envelope: Envelope<number>) => {
        handoff.open('work', envelope, work);
        port1.close();
      });
      port1.postMessage(handoff.envelope(1));
    },
    wrong(handoff, work, pool) {
      const { port1, port2 } = new MessageChannel();
      port2.once('message', (payload: number) => {
        pool.add(() => handoff.open('work', handoff.envelope(payload), work));
        port1.close();
      });
      port1.postMessage(1);
    },
  },
  {
    name: 'a stream',
    right(handoff, work, pool) {
      const stream = new PassThrough({ objectMode: true });
      pool.add(() => handoff.each('work', stream, work));
      stream.end(handoff.envelope(1));
    },
    wrong(handoff, work, pool) {
      const stream = new PassThrough({ objectMode: true });
      pool.add(() =>
        handoff.each(
          'work',
          stream.map((payload: number) => handoff.envelope(payload)),
          work,
        ),
      );
      stream.end(1);
    },
  },
  {
    name: 'p-queue',
    right(handoff, work) {
      inProcess.add(() => setImmediate());
      inProcess.add(handoff.bind('work', work));
    },
    wrong: (handoff, work, pool) => pool.add(() => inProcess.add(() => handoff.bind('work', work)())),
  },
  {
    name: 'fastq',
    right(handoff, work) {
      const envelope = handoff.envelope(1);
      tasks.push(() => setImmediate());
      tasks.push(() => handoff.open('work', envelope, work));
    },
    wrong: (handoff, work, pool) =>
      pool.add(() => tasks.push(() => handoff.open('work', handoff.envelope(1), work))),
  },
  {
    name: 'a thread and back',
    right: (handoff, work) =>
      thread().send(handoff.envelope(1), (envelope) => handoff.open('work', envelope, work)),
    wrong: (handoff, work) => thread().send(1, () => handoff.open('work', handoff.envelope(1), work)),
  },
  {
    name: 'a process and back',
    right: (handoff, work) =>
      child().send(handoff.envelope(1), (envelope) => handoff.open('work', envelope, work)),
    wrong: (handoff, work) => child().send(1, () => handoff.open('work', handoff.envelope(1), work)),
  },
];

// All of them were started outside of every request.
const inProcess = new PQueue({ concurrency: 1 });
const tasks = fastq.promise(async (task: () => unknown) => task(), 1);

/** Something elsewhere that sends back what it gets, in that order. */
class Echo {
  readonly #waiting: ((answer: Envelope<number>) => unknown)[] = [];
  readonly #post: (message: unknown) => void;
  readonly stop: () => unknown;

  constructor(other: Worker | ChildProcess) {
    this.#post = (message) =>
      'postMessage' in other ? other.postMessage(message) : other.send(message as object);
    this.stop = () => ('terminate' in other ? other.terminate() : other.kill());
    other.on('message', (answer: Envelope<number>) => this.#waiting.shift()?.(answer));
  }

  send(message: unknown, answered: (answer: Envelope<number>) => unknown): void {
    this.#waiting.push(answered);
    this.#post(message);
  }
}

const echoes: Echo[] = [];
let echoThread: Echo | undefined;
let echoProcess: Echo | undefined;

/** Starts the thread and the process, as a program does at its start. */
export async function startEchoes(): Promise<void> {
  const worker = new Worker(join(import.meta.dirname, 'echo-thread.ts'));
  const other = fork(join(import.meta.dirname, 'echo-process.ts'));
  echoThread = new Echo(worker);
  echoProcess = new Echo(other);
  echoes.push(echoThread, echoProcess);
  await Promise.all([once(worker, 'online'), once(other, 'spawn')]);
}

export async function stopEchoes(): Promise<void> {
  for (const echo of echoes.splice(0)) await echo.stop();
}

function thread(): Echo {
  if (echoThread === undefined) throw new Error('startEchoes() was not called.');
  return echoThread;
}

function child(): Echo {
  if (echoProcess === undefined) throw new Error('startEchoes() was not called.');
  return echoProcess;
}
