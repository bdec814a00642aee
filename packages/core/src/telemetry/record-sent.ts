import { commonValue } from '../common-value.ts';
import type { Environment } from '../environment.ts';
import type { Letter } from './letter.ts';
import { metricAttributes } from './metric-attributes.ts';

/** Records the metrics of a publish call: how long it took, and how many messages it tried to send, by destination and outcome. */
export function recordSent(
  env: Environment,
  letters: readonly Letter[],
  elapsed: number,
  failure: string | undefined,
): void {
  const { operationDuration, sentMessages } = env.instruments();
  const operation = env.profile.operations.send;
  const subject = commonValue(letters, ({ message }) => message.subject);
  operationDuration.record(elapsed / 1_000, metricAttributes(env, operation, subject, failure));
  for (const [, { count, sample }] of countByOutcome(letters)) {
    sentMessages.add(count, metricAttributes(env, operation, sample.message.subject, sample.failure));
  }
}

function countByOutcome(letters: readonly Letter[]): Map<string, { count: number; readonly sample: Letter }> {
  const counts = new Map<string, { count: number; readonly sample: Letter }>();
  for (const letter of letters) {
    const key = `${letter.failure ?? ''} ${letter.message.subject}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { count: 1, sample: letter });
    else known.count += 1;
  }
  return counts;
}
