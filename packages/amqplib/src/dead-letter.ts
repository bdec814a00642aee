import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import type { MessagePropertyHeaders } from 'amqplib';

/** How a message came to be a dead letter: from one queue, for one reason, so many times. */
interface DeadLetter {
  readonly queue: string;
  readonly reason: string;
  readonly count: number;
}

/** The reasons for which a message leaves a queue after it was delivered. */
const afterDelivery: readonly string[] = ['rejected', 'delivery_limit'];

/** How often a message was delivered from a queue and sent round a loop back to it. */
export function roundsThrough(queue: string, headers: MessagePropertyHeaders | undefined): number {
  return deadLetters(headers)
    .filter((letter) => letter.queue === queue && afterDelivery.includes(letter.reason))
    .reduce((rounds, { count }) => rounds + count, 0);
}

/** Adds why the message left this queue before; if it never did, why it left the one that it came from. */
export function describeDeadLetter(
  attributes: Attributes,
  queue: string,
  headers: MessagePropertyHeaders | undefined,
): void {
  const letters = deadLetters(headers);
  const letter = letters.find((each) => each.queue === queue) ?? letters[0];
  if (letter === undefined) return;
  attributes[attribute.deadLetterReason] = letter.reason;
  attributes[attribute.deadLetterQueue] = letter.queue;
  attributes[attribute.deadLetterCount] = letter.count;
}

/** What the broker writes, the newest first. A sender may have written anything there. */
function deadLetters(headers: MessagePropertyHeaders | undefined): readonly DeadLetter[] {
  const written: unknown = headers?.['x-death'];
  if (!Array.isArray(written)) return [];
  return written.filter(
    (letter: Partial<DeadLetter> | null | undefined): letter is DeadLetter =>
      typeof letter?.queue === 'string' &&
      typeof letter.reason === 'string' &&
      Number.isSafeInteger(letter.count) &&
      Number(letter.count) >= 0,
  );
}
