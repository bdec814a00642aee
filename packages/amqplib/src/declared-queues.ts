import { answerOf, LimitedMap, overrideMethod, perObject } from '@waybill/core/adapter';
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

const plain: DeclaredQueue = { isTemporary: false, hasDeadLetters: false, isStream: false };

/** The queues of a connection that are not plain ones. */
const queuesOf = perObject((_connection: object) => new LimitedMap<string, DeclaredQueue>(mostQueues));

/** Notes what there is to know of the queues that a channel asserts. */
export function noteDeclaredQueues(channel: AmqpChannel): void {
  overrideMethod(channel, 'assertQueue', (original) => (...args) => {
    const [name, options] = args;
    // Noted before the answer, as the application need not wait for it. That has the name of a queue that the server names.
    noteQueue(channel.connection, name, options);
    return answerOf(channel, original, args, (_failure, answer) => {
      noteQueue(channel.connection, Object(answer).queue, options);
    });
  });
}

/** What this connection knows of a queue. */
export function declaredQueue(connection: object, queue: string): DeclaredQueue {
  return queuesOf(connection).get(queue) ?? plain;
}

/** Notes what there is to know of a queue that a connection declares. */
export function noteQueue(
  connection: object,
  queue: unknown,
  options: Options.AssertQueue | undefined,
): void {
  if (typeof queue !== 'string' || queue === '') return;
  const { exclusive, deadLetterExchange, arguments: more } = options ?? {};
  const declared: DeclaredQueue = {
    isTemporary: Boolean(exclusive),
    hasDeadLetters: typeof (deadLetterExchange ?? more?.['x-dead-letter-exchange']) === 'string',
    isStream: more?.['x-queue-type'] === 'stream',
  };
  if (Object.values(declared).includes(true)) queuesOf(connection).set(queue, declared);
  else queuesOf(connection).delete(queue);
}
