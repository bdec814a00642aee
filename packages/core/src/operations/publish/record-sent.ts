import { commonValue } from '../../ground/same-for-all.ts';
import type { Instruments } from '../../metrics/instruments.ts';
import { metricAttributes } from '../../metrics/metric-attributes.ts';
import type { Environment } from '../environment.ts';
import type { Letter } from './letter.ts';

/**
 * Records the metrics of a publish call: how long it took, and how many messages it tried to send, by destination and
 * outcome.
 *
 * @param elapsed in ms.
 */
export function recordSent(
  { profile }: Environment,
  instruments: Instruments,
  letters: readonly Letter[],
  elapsed: number,
  failure: string | undefined,
): void {
  const { operationDuration, sentMessages } = instruments;
  const { send } = profile.operations;
  const [first] = letters;
  const subject = commonValue(letters, ({ message }) => message.subject);
  operationDuration.record(
    elapsed / 1_000,
    subject !== undefined && failure === undefined && first !== undefined
      ? first.plan.sendMetrics
      : metricAttributes(profile, send, subject, failure),
  );
  for (const { count, letter } of countByOutcome(letters)) {
    const { plan, failure: own } = letter;
    if (own === undefined) plan.sentTally(instruments).add(count);
    else sentMessages.add(count, metricAttributes(profile, send, plan.subject, own));
  }
}

interface Tally {
  count: number;
  readonly letter: Letter;
}

function countByOutcome(letters: readonly Letter[]): Iterable<Tally> {
  const [only] = letters;
  if (letters.length === 1 && only !== undefined) return [{ count: 1, letter: only }];
  const tallies = new Map<string, Tally>();
  for (const letter of letters) {
    const key = `${letter.failure ?? ''} ${letter.plan.subject}`;
    const known = tallies.get(key);
    if (known === undefined) tallies.set(key, { count: 1, letter });
    else known.count += 1;
  }
  return tallies.values();
}
