import type { Message } from 'amqplib';
import { roundsThrough } from './dead-letter.ts';

/** How often a queue delivered a message, this time included. */
export interface DeliveryCount {
  /** `undefined` where the broker does not say. */
  readonly exactly: number | undefined;
  readonly atLeast: number;
}

const first: DeliveryCount = { exactly: 1, atLeast: 1 };

/** Reads how often a queue delivered a message: quorum queues count, others say whether it was delivered before. */
export function deliveryCount(queue: string, { fields, properties }: Message): DeliveryCount {
  const { headers } = properties;
  const before: unknown = headers?.['x-delivery-count'];
  const counted = Number.isSafeInteger(before) && Number(before) >= 0 ? Number(before) : undefined;
  if (headers?.['x-death'] === undefined) {
    if (counted !== undefined) return { exactly: 1 + counted, atLeast: 1 + counted };
    return fields.redelivered ? { exactly: undefined, atLeast: 2 } : first;
  }
  const rounds = roundsThrough(queue, headers);
  // The count that a dead letter comes with is that of its last queue, until this one has one of its own.
  const ownCount = rounds > 0 ? (counted ?? 0) : 0;
  const again = fields.redelivered && counted === undefined ? 1 : 0;
  return { exactly: undefined, atLeast: 1 + Math.max(rounds + again, ownCount) };
}
