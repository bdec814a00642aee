import type { Environment } from '../environment.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import { metricAttributes } from './metric-attributes.ts';

/** Counts messages as delivered: when they are received, or, where nothing receives, when they are handled. */
export function countConsumed(
  env: Environment,
  messages: readonly IncomingMessage[],
  operation: string,
): void {
  const consumed = env.instruments()?.consumedMessages;
  if (consumed === undefined) return;
  const counts = new Map<string, number>();
  for (const { subject } of messages) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  for (const [subject, count] of counts) {
    consumed.add(count, metricAttributes(env.profile, operation, subject));
  }
}
