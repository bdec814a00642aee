import type { Ghost, Hop, Journey } from '../model/journey.ts';
import type { JourneySpan } from '../spans/journey-span.ts';

/** A journey as it is shown: bands of traces, in them lanes of services, in them rows of spans. */
export interface FoldedJourney {
  readonly journey: Journey;

  /** By start. */
  readonly bands: readonly Band[];
}

/** One trace, or many that are alike: same root, and linked to the same band. */
export interface Band {
  readonly traceIds: readonly string[];

  /** By the start of their first rows. */
  readonly lanes: readonly Lane[];
}

/** What one service does in a trace. */
export interface Lane {
  readonly service: string;

  /** Each below the row that it is part of. */
  readonly rows: readonly Row[];
}

/** One span, or many that are alike: same name, service, kind and place. Or, with {@link ghost}, one that is missing. */
export interface Row {
  readonly name: string;
  readonly spans: readonly JourneySpan[];

  /** How many rows of the same lane it stands below. */
  readonly depth: number;

  /** The ways of messages that end here. */
  readonly hops: readonly Hop[];

  /** A sender that is missing, or what is missing of the spans of the row. */
  readonly ghosts: readonly Ghost[];
}

/** By the key of a span, what ends there, and what is missing there. */
export interface EndsBySpan {
  readonly hops: ReadonlyMap<string, readonly Hop[]>;
  readonly ghosts: ReadonlyMap<string, readonly Ghost[]>;
}
