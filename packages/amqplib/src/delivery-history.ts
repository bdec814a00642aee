import type { Attributes } from '@opentelemetry/api';
import { attribute, epochMs, type IncomingMessage, LimitedMap, perObject } from '@waybill/core/adapter';
import type { Message, MessagePropertyHeaders } from 'amqplib';
import type { Destination } from './destination.ts';

/** How often a queue delivered a message, this time included. */
export type DeliveryCount = Pick<IncomingMessage, 'attempt' | 'leastAttempt'>;

/**
 * How long a message was meant to wait in a queue that it left because its time to live was over: the time to live that its sender gave it,
 * or when that of its queue was over, in whole seconds.
 */
export type WaitedByTtl = Pick<IncomingMessage, 'delay' | 'dueAt'>;

/** How a message came to be a dead letter: from one queue, for one reason, so many times. */
interface DeadLetter {
  readonly queue: string;
  readonly reason: string;
  readonly count: number;
  readonly time?: unknown;
  readonly 'original-expiration'?: unknown;
}

const first: DeliveryCount = { attempt: 1, leastAttempt: 1 };
const another: DeliveryCount = { attempt: undefined, leastAttempt: 2 };

/** The reasons for which a message leaves a queue after it was delivered. */
const afterDelivery: readonly string[] = ['rejected', 'delivery_limit'];

/** How many counts are kept of one connection, at most. */
const mostCounts = 1_000;

/** The counts that messages came with at their first delivery, by what names them. */
const carriedCounts = perObject((_connection: object) => new LimitedMap<string, number>(mostCounts));

/** What every queue says: whether it delivered a message before. */
export function redeliveryCount({ fields }: Message): DeliveryCount {
  return fields.redelivered ? another : first;
}

/**
 * Reads how often a queue delivered a message.
 *
 * @param identityOf tells what names the message, in this queue; `undefined` if nothing does. It is asked only where a count is to be judged.
 */
export function deliveryCount(
  message: Message,
  { queue, connection }: Pick<Destination, 'queue' | 'connection'>,
  identityOf: () => string | undefined = () => undefined,
): DeliveryCount {
  const { headers } = message.properties;
  const { redelivered } = message.fields;
  const count: unknown = headers?.['x-delivery-count'];
  const before =
    isCount(count) && isOwnCount(count, redelivered, connection, identityOf()) ? count : undefined;
  if (headers?.['x-death'] === undefined) {
    return before === undefined
      ? redeliveryCount(message)
      : { attempt: 1 + before, leastAttempt: 1 + before };
  }
  // How often it was delivered from this queue and sent round a loop back to it.
  const rounds = countOf(
    deadLetters(headers).filter((letter) => letter.queue === queue && afterDelivery.includes(letter.reason)),
  );
  // The count that a dead letter comes with is that of its last queue, until this one has one of its own.
  const ownCount = rounds > 0 ? (before ?? 0) : 0;
  const again = redelivered && before === undefined ? 1 : 0;
  return { attempt: undefined, leastAttempt: 1 + Math.max(rounds + again, ownCount) };
}

/** Adds why a message left this queue before; if it never did, why it left the one that it came from. */
export function describeDeadLetter(attributes: Attributes, { properties }: Message, queue?: string): void {
  if (properties.headers?.['x-death'] === undefined) return;
  const letters = deadLetters(properties.headers);
  const letter = letters.find((each) => each.queue === queue) ?? letters[0];
  if (letter === undefined) return;
  attributes[attribute.deadLetterReason] = letter.reason;
  attributes[attribute.deadLetterQueue] = letter.queue;
  attributes[attribute.deadLetterCount] = letter.count;
}

/**
 * Reads from `x-death` how long a message waited before it was first delivered, where a queue with a time to live and a dead-letter
 * exchange delays it. What waits after a handler gave it back waits for a retry, which is nothing that its sender wanted: each such
 * round adds one to both counts.
 *
 * @returns `undefined` where it did not wait, or that is not known.
 */
export function waitedByTtl(headers: MessagePropertyHeaders | undefined): WaitedByTtl | undefined {
  if (headers?.['x-death'] === undefined) return undefined;
  const letters = deadLetters(headers);
  const expired = letters.filter(({ reason }) => reason === 'expired');
  const first = expired.at(-1);
  if (first === undefined || 2 * countOf(expired) <= countOf(letters)) return undefined;
  const expiration = Number(first['original-expiration'] ?? Number.NaN);
  if (expiration > 0) return { delay: expiration };
  // As amqplib decodes times of AMQP: `{ '!': 'timestamp', value }`, in seconds.
  const dueAt = countOf(expired) === 1 ? epochMs(Object(first.time).value ?? first.time) : undefined;
  return dueAt === undefined ? undefined : { dueAt };
}

/**
 * Tells whether a queue wrote the delivery count that a message has: quorum queues do, from the second delivery on. What a message
 * has at its first delivery, a handler passed on with the headers of another queue; where a queue does not count, it stays there.
 */
function isOwnCount(count: number, redelivered: boolean, connection: object, identity?: string): boolean {
  if (identity === undefined) return redelivered;
  if (redelivered) return carriedCounts(connection).get(identity) !== count;
  carriedCounts(connection).set(identity, count);
  return false;
}

/** What the broker writes, the newest first. A sender may have written anything there. */
function deadLetters(headers: MessagePropertyHeaders | undefined): readonly DeadLetter[] {
  const written: unknown = headers?.['x-death'];
  return Array.isArray(written) ? written.filter(isDeadLetter) : [];
}

function countOf(letters: readonly DeadLetter[]): number {
  return letters.reduce((sum, { count }) => sum + count, 0);
}

function isDeadLetter(letter: Partial<DeadLetter> | null | undefined): letter is DeadLetter {
  return typeof letter?.queue === 'string' && typeof letter.reason === 'string' && isCount(letter.count);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
