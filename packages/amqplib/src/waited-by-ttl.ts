import type { MessagePropertyHeaders } from 'amqplib';

/** How long a message was meant to wait in a queue that it left because its time to live was over: a delay, or until when. */
export interface WaitedByTtl {
  /** The time to live that its sender gave it, in ms. */
  readonly delay?: number;

  /** When the time to live that its queue has was over, in ms since the epoch; RabbitMQ writes whole seconds. */
  readonly dueAt?: number;
}

/** What RabbitMQ writes of a queue that a message left. A sender may have written anything there. */
interface Death {
  readonly reason?: unknown;
  readonly count?: unknown;
  readonly time?: unknown;
  readonly 'original-expiration'?: unknown;
}

/**
 * Reads from `x-death` how long a message waited before it was first delivered, where a queue with a time to live and a dead-letter
 * exchange delays it. What waits after a handler gave it back waits for a retry, which is nothing that its sender wanted: each such
 * round adds one to both counts.
 *
 * @returns `undefined` where it did not wait, or that is not known.
 */
export function waitedByTtl(headers: MessagePropertyHeaders | undefined): WaitedByTtl | undefined {
  const written: unknown = headers?.['x-death'];
  if (!Array.isArray(written)) return undefined;
  const deaths: readonly Death[] = written.filter((death) => typeof death === 'object' && death !== null);
  const expired = deaths.filter(({ reason }) => reason === 'expired');
  const first = expired.at(-1);
  if (first === undefined || countOf(expired) <= countOf(deaths) - countOf(expired)) return undefined;
  const expiration = Number(first['original-expiration'] ?? Number.NaN);
  if (expiration > 0) return { delay: expiration };
  const dueAt = countOf(expired) === 1 ? timeOf(first.time) : undefined;
  return dueAt === undefined ? undefined : { dueAt };
}

function countOf(deaths: readonly Death[]): number {
  return deaths.reduce((sum, { count }) => sum + (Number(count) || 0), 0);
}

/** A time as amqplib decodes those of AMQP: `{ '!': 'timestamp', value }`, in seconds. */
function timeOf(time: unknown): number | undefined {
  const seconds: unknown = Object(time).value ?? time;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : undefined;
}
