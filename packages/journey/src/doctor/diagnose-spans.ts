import type { JourneySpan } from '../spans/journey-span.ts';
import type { JourneyLimits, LeftOut } from '../spans/prepare-spans.ts';
import { findCutLinks, findDeadLinks, findUnlinkedRetries } from './checks/broken-links.ts';
import { findClockSkews } from './checks/clocks.ts';
import { findDoubledSpans, findSharedContexts } from './checks/doubles.ts';
import { findEndlessTraces, findLateChildren } from './checks/long-traces.ts';
import { findLostContexts } from './checks/lost-contexts.ts';
import { findMixedNames, findOneSidedQueues } from './checks/sides.ts';
import type { Finding } from './finding.ts';
import { type ProposedRule, proposeRules } from './propose-rules.ts';
import { Recording } from './recording.ts';

/** How spans are looked at. */
export interface DiagnoseOptions {
  /** From when on a message that stays in its sender's trace is late, in ms. Default 60,000, as the default of a policy's `linkAfter`. */
  readonly lateAfter?: number | undefined;

  /** How much is looked at. */
  readonly limits?: JourneyLimits | undefined;
}

/** What the doctor says of spans. Plain data. */
export interface Diagnosis {
  /** The worst first, then by their rule. */
  readonly findings: readonly Finding[];

  /** A rule for each queue whose late messages stay in their senders' traces. */
  readonly proposedRules: readonly ProposedRule[];

  /** How many spans were looked at. */
  readonly spans: number;

  /** How many messages were seen on their way from where they were sent to where they were handled. */
  readonly messages: number;

  readonly leftOut: LeftOut;
}

/**
 * Looks for what makes the traces of messages break, mislead or never end. It works on the spans of any OpenTelemetry SDK and
 * instrumentation; it has no effects, and the same spans give the same findings. Time and memory are bounded by {@link JourneyLimits}.
 *
 * @example
 * const { findings } = diagnoseSpans(readSpans(JSON.parse(text)));
 * for (const { level, message, fix } of findings) console.log(level, message, fix);
 */
export function diagnoseSpans(spans: Iterable<JourneySpan>, options: DiagnoseOptions = {}): Diagnosis {
  const { lateAfter = 60_000, limits } = options;
  const recording = new Recording(spans, limits);
  const findings = [
    ...findLostContexts(recording),
    ...findSharedContexts(recording),
    ...findDoubledSpans(recording),
    ...findLateChildren(recording, { lateAfter }),
    ...findEndlessTraces(recording),
    ...findUnlinkedRetries(recording),
    ...findDeadLinks(recording),
    ...findCutLinks(recording),
    ...findClockSkews(recording),
    ...findOneSidedQueues(recording),
    ...findMixedNames(recording),
  ];
  return {
    findings: findings.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level)),
    proposedRules: proposeRules(recording, lateAfter),
    spans: recording.index.spans.length,
    messages: recording.ways.length,
    leftOut: recording.leftOut,
  };
}

const levels: readonly Finding['level'][] = ['error', 'warning', 'note'];
