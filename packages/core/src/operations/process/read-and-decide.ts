import { attemptNumber } from '../../history/attempts.ts';
import {
  type Circumstances,
  decideRelation,
  plainCircumstances,
  type RelationDecision,
} from '../../policy/decide-relation.ts';
import type { ResolvedRule } from '../../policy/resolved-rule.ts';
import { type ExtractedInput, extract } from '../../propagation/extract.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { canBeParent } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';

/** What a message carried, and how its consumer span relates to it. */
export interface Decision extends Pick<RelationDecision, 'relation' | 'reason'> {
  readonly input: ExtractedInput;

  /** In s; `undefined` where it is not known. */
  readonly age: number | undefined;

  /** The age up to which it would have been a child, in s, where its age decided. */
  readonly linkAfter: number | undefined;
}

/** What a decision needs of its surroundings. */
export interface Decider extends Pick<Environment, 'attempts' | 'clock'> {
  readonly reporter: Pick<Environment['reporter'], 'report'>;
}

/**
 * Reads a message and decides how its consumer span relates to it. Counts problems of its headers.
 *
 * @param active the context that its client calls in.
 * @param startedAt when its handling started, in ms since the epoch; default now.
 */
export function readAndDecide(
  env: Decider,
  message: IncomingMessage,
  { rule, codec, reportProblem }: QueueTelemetry,
  active: MessageContext,
  startedAt?: number | undefined,
): Decision {
  const input = extract(message, active, codec, rule, reportProblem);
  const now = env.clock() - (startedAt === undefined ? 0 : Date.now() - startedAt);
  const decided = decideRelation(input, rule, now, circumstancesOf(env, message, rule, active));
  if (decided.skewed) reportProblem(input.sentAtSource, 'clock-skew');
  if ('failure' in decided) {
    reportProblem('relation', 'error');
    env.reporter.report(
      'WAYBILL_RELATION_FUNCTION_FAILED',
      `The relation function for ${message.queueKey} failed; the default rule applies`,
      decided.failure,
    );
  }
  const { relation, reason, age, linkAfter } = decided;
  return { input, relation, reason, age: inSeconds(age), linkAfter: inSeconds(linkAfter) };
}

/** Looks around only for rules that ask for it. */
function circumstancesOf(
  env: Decider,
  message: IncomingMessage,
  { mayBeAmbient, hasDefaultRelation, retries }: ResolvedRule,
  { span }: MessageContext,
): Circumstances {
  const asksForSpan = mayBeAmbient || (hasDefaultRelation && message.isInvocation === true);
  if (!asksForSpan && retries === 'same') return plainCircumstances;
  return {
    isInSpan: asksForSpan && span !== undefined && canBeParent(span),
    attempt: retries === 'link' ? attemptNumber(message, env.attempts.previous(message)) : undefined,
  };
}

function inSeconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : time / 1_000;
}
