import type { Environment } from '../environment.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { RelationDecision } from '../policy/decide-relation.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { metricAttributes } from './metric-attributes.ts';

/** Counts messages as delivered, each delivery once: when it is received, or, where nothing receives, when it is handled. */
export function countConsumed(
  env: Environment,
  messages: readonly IncomingMessage[],
  operation: string,
): void {
  const counts = new Map<string, number>();
  for (const { native, subject } of messages) {
    if (isObject(native)) {
      if (env.accounted.has(native)) continue;
      env.accounted.set(native, 'counted');
    }
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  for (const [subject, count] of counts) {
    env.instruments().consumedMessages.add(count, metricAttributes(env, operation, subject, undefined));
  }
}

/** Records how old a message is, unless the batch that it came in did. */
export function recordAge(
  env: Environment,
  { native, subject }: IncomingMessage,
  decision: RelationDecision,
): void {
  if (decision.age === undefined || (isObject(native) && env.accounted.get(native) === 'aged')) return;
  env.instruments().messageAge.record(decision.age / 1_000, {
    ...metricAttributes(env, env.profile.operations.process, subject, undefined),
    [attribute.relation]: decision.relation,
  });
}

/** Notes that the age of a message has been recorded. */
export function markAged(env: Environment, { native }: IncomingMessage): void {
  if (isObject(native)) env.accounted.set(native, 'aged');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
