import type { Message, MessagePropertyHeaders } from 'amqplib';
import { roundsThrough } from './dead-letter.ts';

/** How often a queue delivered a message, this time included. */
export interface DeliveryCount {
  /** `undefined` where the broker does not say. */
  readonly exactly: number | undefined;
  readonly atLeast: number;
}

const first: DeliveryCount = { exactly: 1, atLeast: 1 };
const another: DeliveryCount = { exactly: undefined, atLeast: 2 };

/** What every queue says: whether it delivered a message before. */
export function redeliveryCount({ redelivered }: Message['fields']): DeliveryCount {
  return redelivered ? another : first;
}

/**
 * Reads how often a queue delivered a message.
 *
 * @param isOwn tells whether the queue wrote a count. Asked only if there is one.
 */
export function deliveryCount(
  queue: string,
  { fields, properties }: Message,
  isOwn: (count: number) => boolean,
): DeliveryCount {
  const { headers } = properties;
  const count = countIn(headers);
  const before = count !== undefined && isOwn(count) ? count : undefined;
  if (headers?.['x-death'] === undefined) {
    return before === undefined ? redeliveryCount(fields) : { exactly: 1 + before, atLeast: 1 + before };
  }
  const rounds = roundsThrough(queue, headers);
  // The count that a dead letter comes with is that of its last queue, until this one has one of its own.
  const ownCount = rounds > 0 ? (before ?? 0) : 0;
  const again = fields.redelivered && before === undefined ? 1 : 0;
  return { exactly: undefined, atLeast: 1 + Math.max(rounds + again, ownCount) };
}

function countIn(headers: MessagePropertyHeaders | undefined): number | undefined {
  const count: unknown = headers?.['x-delivery-count'];
  return Number.isSafeInteger(count) && Number(count) >= 0 ? Number(count) : undefined;
}
