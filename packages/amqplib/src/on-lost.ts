import type { EventEmitter } from 'node:events';
import type { AmqpChannel } from './amqp-channel.ts';

type Lost = (reason: Error) => void;

/** What the channels of a connection wait for its socket with: one listener on a socket, however many channels there are. */
const waitingFor = new WeakMap<EventEmitter, Set<Lost>>();

/**
 * Calls back when a channel hears nothing any more: when it closes, and when the socket of its connection does. Of a socket
 * that this process destroyed amqplib learns by a heartbeat that does not come, if there are any. Called twice if both happen.
 */
export function onLost(channel: AmqpChannel, lost: Lost): void {
  const waiting = waitingAt(channel.connection);
  waiting?.add(lost);
  // First, as the callbacks that amqplib calls when a channel closes may throw, which skips the listeners that come after.
  channel.prependListener('close', () => {
    waiting?.delete(lost);
    lost(new Error('channel closed'));
  });
}

function waitingAt(connection: object): Set<Lost> | undefined {
  const { stream } = connection as { readonly stream?: EventEmitter };
  if (typeof stream?.once !== 'function') return undefined;
  let waiting = waitingFor.get(stream);
  if (waiting === undefined) {
    const all = new Set<Lost>();
    stream.once('close', () => {
      for (const lost of all) lost(new Error('connection closed'));
    });
    waitingFor.set(stream, all);
    waiting = all;
  }
  return waiting;
}
