import { durationText } from '../../drawing/duration-text.ts';
import { type JourneySpan, keyOf } from '../../spans/journey-span.ts';
import { counted, type Finding, findingOf, queueText } from '../finding.ts';
import { handlingsOf, type Recording, type Way } from '../recording.ts';

/** How many messages may follow one another in one trace, and how often one message may be tried in it. */
const longestChain = 10;

/** How often a queue may lead to itself in one trace: a consumer may page through something. */
const mostTurns = 5;

/** `late-child`: children that began long after their parent had ended. */
export function findLateChildren(
  recording: Recording,
  { lateAfter }: { lateAfter: number },
): readonly Finding[] {
  const late = recording.ways.filter((way) => isLateChild(way, lateAfter));
  return [...Map.groupBy(late, ({ queue }) => queue)].map(([queue, ways]) => {
    const longest = ways.reduce((most, way) => Math.max(most, waitOf(way) ?? 0), 0);
    return findingOf('late-child', handlingsOf(ways), {
      level: 'warning',
      queue,
      message: `${counted(ways.length, 'message')} of ${queueText(queue)} stayed in the sender’s trace after a wait of ${durationText(longest)}${ways.length === 1 ? '' : ' at most'}: that trace looks as long, and a sampler that decides at its end has decided before.`,
      fix: 'Start a new trace with a link where a message is late: a linkAfter is proposed below.',
    });
  });
}

/** Whether a message is a child though it waited longer than that, in ms. A run of a schedule did as it should. */
export function isLateChild(way: Way, lateAfter: number): boolean {
  return way.hop.relation === 'parent' && (waitOf(way) ?? 0) > lateAfter;
}

/** How long a message waited that was not meant to wait, in ms. */
export function waitOf({ hop }: Way): number | undefined {
  if (hop.wait === undefined || hop.kind === 'attempt') return undefined;
  return hop.wait.end - hop.wait.start;
}

/** `endless-trace` and `self-feeding-consumer`: one trace that goes on from message to message, or from attempt to attempt. */
export function findEndlessTraces(recording: Recording): readonly Finding[] {
  const chains = new ChainReader(recording);
  const turns = new Map<string, Way>();
  const long = new Map<string, Way>();
  for (const way of recording.ways) {
    const { length, ofQueue } = chains.of(way.handling);
    if (way.hop.relation !== 'parent') continue;
    const { traceId } = way.handling;
    if (ofQueue > mostTurns) turns.set(traceId, way);
    else if (length > longestChain || (way.hop.attempt ?? 1) > longestChain) long.set(traceId, way);
  }
  const endless = [...long].filter(([traceId]) => !turns.has(traceId)).map(([, way]) => way);
  return [
    ...[...Map.groupBy(turns.values(), ({ queue }) => queue)].map(([queue, ways]) =>
      findingOf('self-feeding-consumer', handlingsOf(ways), {
        level: 'warning',
        queue,
        message: `Handling a message of ${queueText(queue)} sends the next one to it, more than ${mostTurns} times over in ${counted(ways.length, 'trace')}: such a trace has no end.`,
        fix: 'Give the queue a rule with relation: link, so that each turn is a trace that links to the one before.',
      }),
    ),
    ...[...Map.groupBy(endless, ({ queue }) => queue)].map(([queue, ways]) =>
      findingOf('endless-trace', handlingsOf(ways), {
        level: 'warning',
        queue,
        message: `${counted(ways.length, 'trace')} with messages of ${queueText(queue)} ${ways.length === 1 ? 'goes' : 'go'} on over more than ${longestChain} messages or attempts.`,
        fix: 'End the trace with a link where one piece of work ends: relation: link for the queue, or retries: link for its attempts.',
      }),
    ),
  ];
}

/** How many messages one trace went through up to a handling, and how many of them were of the queue that it handles. */
interface Chain {
  readonly length: number;
  readonly ofQueue: number;
  readonly queues: ReadonlyMap<string | undefined, number>;
}

const noChain: Chain = { length: 0, ofQueue: 0, queues: new Map() };

/** Follows parents from handling to handling. The handlings come in order of time, so what leads to one is mostly known. */
class ChainReader {
  readonly #recording: Recording;
  readonly #known = new Map<string, Chain>();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  of(handling: JourneySpan): Chain {
    const key = keyOf(handling);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const before = this.#before(handling);
    const queue = this.#recording.queueOf(handling);
    const queues = new Map(before.queues);
    const ofQueue = (queues.get(queue) ?? 0) + 1;
    // More distinct queues than a chain may be long need not be told apart.
    if (queues.size <= longestChain) queues.set(queue, ofQueue);
    const chain = { length: before.length + 1, ofQueue, queues };
    this.#known.set(key, chain);
    return chain;
  }

  /** The chain of the nearest handling above; a handling that is no child of a message begins one. */
  #before(handling: JourneySpan): Chain {
    const { index } = this.#recording;
    const between = new Set<string>();
    let chain = noChain;
    for (let span = index.parentOf(handling); span !== undefined; span = index.parentOf(span)) {
      const key = keyOf(span);
      const known = this.#known.get(key);
      if (known !== undefined) chain = known;
      // Parents may form a circle.
      if (known !== undefined || between.has(key)) break;
      between.add(key);
    }
    // Each span is passed once, however many handlings are below it. A handling among them, whose clock is behind, does not count.
    for (const key of between) this.#known.set(key, chain);
    return chain;
  }
}
