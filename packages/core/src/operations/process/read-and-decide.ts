import type { Context } from '@opentelemetry/api';
import { decideRelation, type RelationDecision } from '../../policy/decide-relation.ts';
import { type ExtractedInput, extract } from '../../propagation/extract.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import type { Environment } from '../environment.ts';

/** What a message carried, and how its consumer span relates to it. */
export interface Decision extends Pick<RelationDecision, 'relation' | 'reason'> {
  readonly input: ExtractedInput;

  /** In s; `undefined` where it is not known. */
  readonly age: number | undefined;
}

/**
 * Reads a message and decides how its consumer span relates to it. Counts problems of its headers.
 *
 * @param startedAt when its handling started, in ms since the epoch; default now.
 */
export function readAndDecide(
  env: Environment,
  message: IncomingMessage,
  { rule, reportProblem }: QueueTelemetry,
  active: Context,
  startedAt?: number | undefined,
): Decision {
  const input = extract(message, active, env.codec, rule, reportProblem);
  const now = env.clock() - (startedAt === undefined ? 0 : Date.now() - startedAt);
  const decided = decideRelation(input, rule, now);
  if (decided.skewed) reportProblem(input.sentAtSource, 'clock-skew');
  if ('failure' in decided) {
    reportProblem('relation', 'error');
    env.reporter.report(
      'relation-function',
      `The relation function for ${message.queueKey} failed; the default rule applies`,
      decided.failure,
    );
  }
  const { relation, reason, age } = decided;
  return { input, relation, reason, age: age === undefined ? undefined : age / 1_000 };
}
