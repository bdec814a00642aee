import { perObject } from './object-memory.ts';

type Listener = () => void;

/** What is needed of an event emitter of Node.js. */
interface Emitter {
  once(event: string, listener: Listener): unknown;
}

/** What waits for the `close` of an emitter. */
const waitingFor = perObject((emitter: Emitter) => {
  const waiting = new Set<Listener>();
  emitter.once('close', () => {
    for (const listener of waiting) listener();
  });
  return waiting;
});

/**
 * Calls back when a socket or the like closes. However many wait for one of them, it has one listener of ours: Node.js warns of more than
 * ten.
 *
 * @param emitter as the client has it, which may be internal to the client: what is no emitter never closes.
 * @returns takes the listener away.
 *
 * @example
 * const stopWaiting = onceClosed(connection.stream, () => tracker.endAll(new Error('connection closed')));
 * channel.once('close', stopWaiting);
 */
export function onceClosed(emitter: unknown, listener: Listener): () => void {
  if (!isEmitter(emitter)) return () => undefined;
  const waiting = waitingFor(emitter);
  waiting.add(listener);
  return () => waiting.delete(listener);
}

function isEmitter(value: unknown): value is Emitter {
  return typeof (value as Partial<Emitter> | null | undefined)?.once === 'function';
}
