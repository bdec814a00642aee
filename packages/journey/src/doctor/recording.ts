import { buildJourneys } from '../model/build-journeys.ts';
import type { Hop, Journey } from '../model/journey.ts';
import { isSender, messageRoleOf } from '../model/message-facts.ts';
import { SpanIndex } from '../model/span-index.ts';
import { type JourneySpan, keyOf } from '../spans/journey-span.ts';
import type { JourneyLimits, LeftOut } from '../spans/prepare-spans.ts';
import { read, textOf } from '../telemetry-names.ts';
import { namesOfDestination, queueOf, systemOf } from './queue-name.ts';

/** A hop with its spans. */
export interface Way {
  readonly hop: Hop;
  readonly handling: JourneySpan;

  /** `undefined` where it is missing. */
  readonly sender: JourneySpan | undefined;

  /** As a policy names it. */
  readonly queue: string | undefined;
}

/** Spans as the checks look at them. */
export class Recording {
  readonly index: SpanIndex;
  readonly journeys: readonly Journey[];
  readonly leftOut: LeftOut;

  /** By the start of the handling. */
  readonly ways: readonly Way[];

  /** The spans that handle messages, in order. */
  readonly handlings: readonly JourneySpan[];

  /** The spans that send messages, in order, without those that failed. */
  readonly senders: readonly JourneySpan[];

  readonly #waysTo: ReadonlyMap<string, readonly Way[]>;
  readonly #waysFrom: ReadonlyMap<string, readonly Way[]>;
  readonly #sentTo: ReadonlySet<string>;

  constructor(given: Iterable<JourneySpan>, limits: JourneyLimits = {}) {
    const { journeys, leftOut } = buildJourneys(given, limits);
    const spans = journeys
      .flatMap(({ traces }) => traces.flatMap((trace) => trace.spans))
      .sort((a, b) => a.start - b.start);
    this.index = new SpanIndex(spans);
    this.journeys = journeys;
    this.leftOut = leftOut;
    this.handlings = spans.filter((span) => messageRoleOf(span) === 'handle');
    this.senders = spans.filter((span) => isSender(span) && span.status !== 'ERROR');
    this.ways = journeys
      .flatMap(({ hops }) => hops.flatMap((hop) => this.#wayOf(hop)))
      .sort((a, b) => a.handling.start - b.handling.start);
    this.#waysTo = Map.groupBy(this.ways, ({ handling }) => keyOf(handling));
    this.#waysFrom = Map.groupBy(this.ways, ({ hop }) => keyOf(hop.sender));
    this.#sentTo = new Set(
      this.senders.flatMap((span) => {
        const destination = destinationOf(span);
        return destination === undefined ? [] : [`${systemOf(span)} ${destination}`];
      }),
    );
  }

  /** The ways that end in a handling. */
  waysTo(handling: JourneySpan): readonly Way[] {
    return this.#waysTo.get(keyOf(handling)) ?? [];
  }

  /** The ways that begin with a send. */
  waysFrom(sender: JourneySpan): readonly Way[] {
    return this.#waysFrom.get(keyOf(sender)) ?? [];
  }

  /** As a policy names it. */
  queueOf(span: JourneySpan): string | undefined {
    return queueOf(span, destinationOf(span));
  }

  /** Whether some span sends to the queue that a handling takes its message from. */
  hasSendersFor(handling: JourneySpan): boolean {
    const destination = destinationOf(handling);
    if (destination === undefined) return false;
    const system = systemOf(handling);
    return namesOfDestination(destination).some((name) => this.#sentTo.has(`${system} ${name}`));
  }

  #wayOf(hop: Hop): Way[] {
    const handling = this.index.find(hop.handling);
    if (handling === undefined) return [];
    const queue = queueOf(handling, destinationOf(handling) ?? hop.destination);
    return [{ hop, handling, sender: this.index.find(hop.sender), queue }];
  }
}

/** The destination that a span names. */
export function destinationOf({ attributes }: JourneySpan): string | undefined {
  return textOf(attributes, read.destination);
}

/** The spans that handled the messages of ways. */
export function handlingsOf(ways: readonly Way[]): JourneySpan[] {
  return ways.map(({ handling }) => handling);
}
