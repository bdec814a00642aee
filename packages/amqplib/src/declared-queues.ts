import { isThenable, overrideMethod } from '@waybill/core/adapter';
import type { Options } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';

/** What a connection knows of a queue that it declared. */
export interface DeclaredQueue {
  /** Whether it is gone when the connection is. */
  readonly isTemporary: boolean;

  /** Whether what is rejected from it goes to an exchange of dead letters. */
  readonly hasDeadLetters: boolean;

  /** Whether it is a log that its consumers read: nothing that they say of a message brings it back. */
  readonly isStream: boolean;
}

/** How many such queues are known of one connection, at most. */
const mostQueues = 1_000;

const unknown: DeclaredQueue = { isTemporary: false, hasDeadLetters: false, isStream: false };

const queuesOf = new WeakMap<object, Map<string, DeclaredQueue>>();

/** Notes what there is to know of the queues that a channel asserts. */
export function noteDeclaredQueues(channel: AmqpChannel): void {
  overrideMethod(channel, 'assertQueue', (original) => (...args) => {
    const [name, options, callback, ...rest] = args;
    const asserted = (answer: unknown): void => {
      const { queue } = Object(answer) as { queue?: unknown };
      if (typeof queue === 'string') note(channel.connection, queue, options);
    };
    if (typeof callback === 'function') {
      const answered = (...answer: unknown[]): void => {
        asserted(answer[1]);
        callback(...answer);
      };
      return original.call(channel, name, options, answered, ...rest);
    }
    if (typeof name === 'string' && name !== '') note(channel.connection, name, options);
    const returned = original.call(channel, ...args);
    if (!isThenable(returned)) return returned;
    return returned.then((answer) => {
      asserted(answer);
      return answer;
    });
  });
}

/** What this connection knows of a queue. */
export function declaredQueue(connection: object, queue: string): DeclaredQueue {
  return queuesOf.get(connection)?.get(queue) ?? unknown;
}

function note(connection: object, queue: string, options: Options.AssertQueue | undefined): void {
  const isTemporary = Boolean(options?.exclusive);
  const hasDeadLetters =
    typeof (options?.deadLetterExchange ?? options?.arguments?.['x-dead-letter-exchange']) === 'string';
  const isStream = options?.arguments?.['x-queue-type'] === 'stream';
  if (!isTemporary && !hasDeadLetters && !isStream) {
    queuesOf.get(connection)?.delete(queue);
    return;
  }
  let queues = queuesOf.get(connection);
  if (queues === undefined) {
    queues = new Map();
    queuesOf.set(connection, queues);
  }
  queues.set(queue, { isTemporary, hasDeadLetters, isStream });
  const [oldest] = queues.keys();
  if (queues.size > mostQueues && oldest !== undefined) queues.delete(oldest);
}
