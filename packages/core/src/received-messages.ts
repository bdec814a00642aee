import type { IncomingMessage } from './messages/incoming-message.ts';

interface Received {
  readonly process: <R>(handler: () => R) => R;
  readonly orderingKey: string | undefined;
}

/**
 * Received messages and how to process them. Weak: a message that the application lets go of is forgotten. There may be
 * several copies of this module in a process (ESM beside CommonJS), but only one memory.
 */
const memory: WeakMap<object, Received> = sharedMemory();

/** Remembers how a message is processed, as long as the application holds on to it. */
export function rememberReceived(message: IncomingMessage, process: Received['process']): void {
  const { native, orderingKey } = message;
  if (typeof native === 'object' && native !== null) memory.set(native, { process, orderingKey });
}

/** What is remembered of a message; `undefined` for one that no traced client received. */
export function recallReceived(native: object): Received | undefined {
  return memory.get(native);
}

function sharedMemory(): WeakMap<object, Received> {
  const key = Symbol.for('waybill.received-messages');
  const holder = globalThis as { [key]?: WeakMap<object, Received> };
  holder[key] ??= new WeakMap();
  return holder[key];
}
