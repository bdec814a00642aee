import { decisionOf, messageRoleOf } from '../../model/message-facts.ts';
import type { JourneySpan } from '../../spans/journey-span.ts';
import { read, textOf } from '../../telemetry-names.ts';
import { counted, type Finding, findingOf, queueText } from '../finding.ts';
import { destinationOf, type Recording } from '../recording.ts';

/**
 * `lost-context` and `wrong-parent`: messages whose handling leads to no sender, though the queue has senders. As the root of a trace, the
 * context was lost on the way or is not read; as a child of what was active there, such as a loop that polls, it has a stranger's trace.
 */
export function findLostContexts(recording: Recording): readonly Finding[] {
  const known = recording.handlings.filter((span) => leadsToSender(span, recording));
  const knowing = new Set(known);
  const tracers = tracersByStep(known);
  const lost = recording.handlings.filter(
    (span) => !knowing.has(span) && recording.hasSendersFor(span) && !isBesideAnother(span, tracers),
  );
  const [roots, children] = [lost.filter(isRoot), lost.filter((span) => hasLocalParent(span, recording))];
  return [
    ...[...Map.groupBy(roots, (span) => recording.queueOf(span))].map(([queue, spans]) =>
      findingOf('lost-context', spans, {
        level: 'error',
        queue,
        message: `${counted(spans.length, 'message')} of ${queueText(queue)} began a trace without a link, though the queue has senders.`,
        fix: 'Look at the headers of such a message: without traceparent, its sender does not inject or something between strips headers; with it, the consumer does not extract.',
      }),
    ),
    ...[...Map.groupBy(children, (span) => recording.queueOf(span))].map(([queue, spans]) =>
      findingOf('wrong-parent', spans, {
        level: 'error',
        queue,
        message: `${counted(spans.length, 'message')} of ${queueText(queue)} became a child of ${parentText(spans, recording)}, which did not send it, and has no link to what did.`,
        fix: 'Extract the context from the message and start the consumer span with it, or with a link to it; what is active around the handler belongs to the loop that polls.',
      }),
    ),
  ];
}

function leadsToSender(span: JourneySpan, recording: Recording): boolean {
  const { relation, reason } = decisionOf(span);
  // The policy wanted no relation.
  if (relation === 'none' && reason !== 'no-context' && reason !== 'malformed') return true;
  if (recording.waysTo(span).length > 0) return true;
  return span.links.some(({ attributes }) => textOf(attributes, read.linkTo) !== 'ambient');
}

/** The tracers of the spans that one span of a service has below it for the messages of one queue. */
function tracersByStep(spans: readonly JourneySpan[]): ReadonlyMap<string, ReadonlySet<string>> {
  const tracers = new Map<string, Set<string>>();
  for (const span of spans) {
    if (span.parentSpanId === undefined || span.scope === undefined) continue;
    const known = tracers.get(stepOf(span));
    if (known === undefined) tracers.set(stepOf(span), new Set([span.scope]));
    else known.add(span.scope);
  }
  return tracers;
}

function stepOf(span: JourneySpan): string {
  return JSON.stringify([span.traceId, span.parentSpanId, span.service, destinationOf(span)]);
}

/** Another instrumentation makes spans for the same messages that do lead to their senders: nothing is lost. */
function isBesideAnother(span: JourneySpan, tracers: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  if (span.parentSpanId === undefined || span.scope === undefined) return false;
  const beside = tracers.get(stepOf(span));
  return beside !== undefined && (beside.size > 1 || !beside.has(span.scope));
}

function isRoot({ parentSpanId }: JourneySpan): boolean {
  return parentSpanId === undefined;
}

/** A parent that handles a message itself may have handed it on. */
function hasLocalParent(span: JourneySpan, { index }: Recording): boolean {
  const parent = index.parentOf(span);
  return parent !== undefined && parent.service === span.service && messageRoleOf(parent) !== 'handle';
}

function parentText(spans: readonly JourneySpan[], { index }: Recording): string {
  const names = new Set(spans.map((span) => JSON.stringify(index.parentOf(span)?.name)));
  const [name] = names;
  return names.size === 1 ? `${name}` : `${counted(names.size, 'span')} around it`;
}
