import type { Environment } from '../environment.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { Relation } from '../policy/policy.ts';
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

/**
 * Records how old a message is, unless the batch that it came in did.
 *
 * @param age in ms; `undefined` where it is not known.
 */
export function recordAge(
  env: Environment,
  { native, subject }: IncomingMessage,
  age: number | undefined,
  relation: Relation,
): void {
  if (age === undefined || (isObject(native) && env.accounted.get(native) === 'aged')) return;
  env.instruments().messageAge.record(age / 1_000, {
    ...metricAttributes(env, env.profile.operations.process, subject, undefined),
    [attribute.relation]: relation,
  });
}

/** Records how old a message of a batch is, whose span links, and notes that it has been. */
export function recordAgeInBatch(env: Environment, message: IncomingMessage, age: number | undefined): void {
  recordAge(env, message, age, 'link');
  if (isObject(message.native)) env.accounted.set(message.native, 'aged');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
