import type { SpanContext } from '@opentelemetry/api';
import type { Environment } from '../environment.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';

/** A delivery of a message that this process handled. */
export interface Attempt {
  /** Which delivery it was, from 1. */
  readonly number: number;

  /** The span of its handling. */
  readonly span: SpanContext;
}

/** The last attempt at a message before this one, as far as this process made it. */
export function previousAttempt(env: Environment, message: IncomingMessage): Attempt | undefined {
  const key = keyOf(message);
  return key === undefined || message.attempt === 1 ? undefined : env.attempts.get(key);
}

/** Which delivery of a message this is: as the broker counts, or else as this process does; `undefined` for the first it knows of. */
export function attemptNumber(message: IncomingMessage, previous: Attempt | undefined): number | undefined {
  return message.attempt ?? (previous === undefined ? undefined : previous.number + 1);
}

/** Remembers an attempt, for the next one to link to. */
export function rememberAttempt(env: Environment, message: IncomingMessage, attempt: Attempt): void {
  const key = keyOf(message);
  if (key !== undefined) env.attempts.set(key, attempt);
}

/** Without an identity or a count, nothing tells a second delivery from a second message. */
function keyOf({ subject, identity, id, attempt }: IncomingMessage): string | undefined {
  const known = identity ?? (attempt === undefined ? undefined : id);
  return known === undefined ? undefined : `${subject} ${known}`;
}
