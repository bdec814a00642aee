import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import type { Envelope, Handoff } from '../src/index.ts';
import type { Pool } from './handoff-lab.ts';

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
  { name: 'a timer', right: (handoff, work) => handoff.setTimeout('work', work, 1) },
  { name: 'an immediate', right: (handoff, work) => handoff.setImmediate('work', work) },
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
];
