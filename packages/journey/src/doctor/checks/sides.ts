import type { JourneySpan } from '../../spans/journey-span.ts';
import { read } from '../../telemetry-names.ts';
import { counted, type Finding, findingOf, queueText } from '../finding.ts';
import { namesOfDestination, systemOf } from '../queue-name.ts';
import { destinationOf, type Recording } from '../recording.ts';

/** `one-sided-queue`: queues that are only sent to, or only consumed from. */
export function findOneSidedQueues(recording: Recording): readonly Finding[] {
  const handled = new Set(
    recording.handlings.flatMap((span) => namesOf(span).map((name) => `${systemOf(span)} ${name}`)),
  );
  const unhandled = recording.senders.filter(
    (span) =>
      recording.waysFrom(span).length === 0 && !handled.has(`${systemOf(span)} ${destinationOf(span)}`),
  );
  const queuesWithWays = new Set(
    recording.senders
      .filter((span) => recording.waysFrom(span).length > 0)
      .map((span) => recording.queueOf(span)),
  );
  const unsent = recording.handlings.filter(
    (span) =>
      destinationOf(span) !== undefined &&
      !recording.hasSendersFor(span) &&
      !recording.waysTo(span).some(({ sender }) => sender !== undefined),
  );
  const queuesWithSenders = new Set(
    recording.ways.filter(({ sender }) => sender !== undefined).map(({ queue }) => queue),
  );
  return [
    ...sided(recording, unhandled, queuesWithWays).map(([queue, spans]) =>
      findingOf('one-sided-queue', spans, {
        level: 'note',
        queue,
        message: `${queueText(queue)} is sent to (${counted(spans.length, 'span')}), and no span handles its messages.`,
        fix: 'Trace its consumers, or read a recording that has them. They may also have sent their spans to another backend, or not have run.',
      }),
    ),
    ...sided(recording, unsent, queuesWithSenders).map(([queue, spans]) =>
      findingOf('one-sided-queue', spans, {
        level: 'note',
        queue,
        message: `${queueText(queue)} is consumed from (${counted(spans.length, 'span')}), and no span sends to it.`,
        fix: 'Trace its senders, or read a recording that has them. Senders of another team are a rule with trust: untrusted.',
      }),
    ),
  ];
}

function sided(
  recording: Recording,
  spans: readonly JourneySpan[],
  others: ReadonlySet<string | undefined>,
): [string | undefined, JourneySpan[]][] {
  const named = spans.filter((span) => destinationOf(span) !== undefined);
  return [...Map.groupBy(named, (span) => recording.queueOf(span))].filter(([queue]) => !others.has(queue));
}

function namesOf(span: JourneySpan): string[] {
  const destination = destinationOf(span);
  return destination === undefined ? [] : namesOfDestination(destination);
}

/** `mixed-names`: one queue that is told in two spellings of the conventions, so that no query finds all of its spans. */
export function findMixedNames(recording: Recording): readonly Finding[] {
  const spans = [...recording.senders, ...recording.handlings].sort((a, b) => a.start - b.start);
  return [...Map.groupBy(spans, (span) => recording.queueOf(span))].flatMap(([queue, members]) => {
    const spellings = [...spellingsOf(members, read.destination), ...spellingsOf(members, read.operation)];
    const systems = new Set(members.flatMap(({ attributes }) => read.system.map((name) => attributes[name])));
    systems.delete(undefined);
    if (queue === undefined || (spellings.length === 0 && systems.size < 2)) return [];
    const values =
      systems.size < 2 ? [] : [[...systems].map((system) => JSON.stringify(system)).join(' and ')];
    return [
      findingOf('mixed-names', oneOfEach(members), {
        level: 'note',
        queue,
        count: members.length,
        message: `The spans of ${queue} are told in different names: ${[...spellings, ...values].join('; ')}.`,
        fix: 'Bring the instrumentations to one version of the messaging conventions: OTEL_SEMCONV_STABILITY_OPT_IN=messaging, or an update.',
      }),
    ];
  });
}

/** Where a span writes both the old and the new name, no query misses it. */
function spellingsOf(spans: readonly JourneySpan[], names: readonly string[]): string[] {
  const shared = names.some((name) => spans.every(({ attributes }) => name in attributes));
  const used = names.filter((name) => spans.some(({ attributes }) => name in attributes));
  return shared || used.length < 2 ? [] : [used.join(' and ')];
}

/** The first span of each service and instrumentation. */
function oneOfEach(spans: readonly JourneySpan[]): JourneySpan[] {
  const first = new Map<string, JourneySpan>();
  for (const span of spans) {
    const key = JSON.stringify([span.service, span.scope]);
    if (!first.has(key)) first.set(key, span);
  }
  return [...first.values()];
}
