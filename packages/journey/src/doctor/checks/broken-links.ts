import { type JourneySpan, keyOf } from '../../spans/journey-span.ts';
import { numberOf, read } from '../../telemetry-names.ts';
import { counted, type Finding, findingOf, queueText } from '../finding.ts';
import { handlingsOf, type Recording, type Way } from '../recording.ts';

/** From which share of a queue's messages on it is a warning that their senders are not kept. */
const notableShare = 0.1;

/** `dead-link`: messages whose sender is named, and is not there. */
export function findDeadLinks(recording: Recording): readonly Finding[] {
  const first = recording.index.spans[0]?.start ?? 0;
  return [...Map.groupBy(recording.ways, ({ queue }) => queue)].flatMap(([queue, ways]) => {
    // Where no sender is there at all, the queue is one-sided.
    if (!ways.some(({ sender }) => sender !== undefined)) return [];
    const dead = ways.filter((way) => isDead(way, first));
    if (dead.length === 0) return [];
    const unsampled = dead.filter(({ hop }) => hop.missing === 'unsampled').length;
    return [
      findingOf('dead-link', handlingsOf(dead), {
        level: dead.length / ways.length >= notableShare ? 'warning' : 'note',
        queue,
        count: dead.length,
        message: `${dead.length} of ${counted(ways.length, 'message')} of ${queueText(queue)} lead to a sender that is not there${unsampled === 0 ? '' : `, ${unsampled} of them as it was not sampled`}.`,
        fix: 'Keep both sides: sampleLinked of @waybill/sampler decides by the sender’s trace, and one rate for all services does so for children. A sender of another backend is a sender that is not trusted.',
      }),
    ];
  });
}

/** A message that was sent before the recording began has a sender that nobody could record. */
function isDead({ hop, handling }: Way, first: number): boolean {
  if (hop.missing !== 'unsampled' && hop.missing !== 'not-found') return false;
  const { age } = hop.decision;
  return hop.missing === 'unsampled' || age === undefined || handling.start - age > first;
}

/** `cut-links`: batches whose spans have lost links, by the SDK's limit or by ours. */
export function findCutLinks(recording: Recording): readonly Finding[] {
  const cut = recording.index.spans.filter((span) => lostLinks(span) > 0);
  return [...Map.groupBy(cut, (span) => recording.queueOf(span))].map(([queue, spans]) => {
    const count = spans.reduce((sum, span) => sum + lostLinks(span), 0);
    return findingOf('cut-links', spans, {
      level: 'warning',
      queue,
      count,
      message: `${counted(spans.length, 'span')} of ${queueText(queue)} ${spans.length === 1 ? 'has' : 'have'} lost ${counted(count, 'link')}: the journeys of those messages end there.`,
      fix: 'Give each message a span of its own, take smaller batches, or raise OTEL_SPAN_LINK_COUNT_LIMIT (default 128).',
    });
  });
}

function lostLinks({ attributes, droppedLinks = 0 }: JourneySpan): number {
  return droppedLinks + (numberOf(attributes, read.unlinkedMessages) ?? 0);
}

/** `unlinked-retry`: later deliveries in a trace of their own, without a link to the one before. */
export function findUnlinkedRetries(recording: Recording): readonly Finding[] {
  const unlinked = recording.ways.filter(({ hop, handling }) => {
    const { kind, previous, relation } = hop;
    if (kind !== 'attempt' || previous === undefined || relation === 'parent') return false;
    if (previous.traceId === handling.traceId) return false;
    return !handling.links.some((link) => keyOf(link) === keyOf(previous));
  });
  return [...Map.groupBy(unlinked, ({ queue }) => queue)].map(([queue, ways]) =>
    findingOf('unlinked-retry', handlingsOf(ways), {
      level: 'warning',
      queue,
      message: `${counted(ways.length, 'later delivery', 'later deliveries')} of ${queueText(queue)} ${ways.length === 1 ? 'has' : 'have'} no link to the one before.`,
      fix: 'Link each attempt to the one before. Waybill does, where the same process handled that or the broker keeps headers.',
    }),
  );
}
