import type { JourneySpan } from '../spans/journey-span.ts';

/** When something was, in ms since the epoch. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** Where spans are kept: a file, Jaeger, Tempo, or a store of your own. */
export interface JourneySource {
  /** The most traces to read of it, unless who asks says otherwise. Default 500. */
  readonly mostTraces?: number | undefined;

  /**
   * All spans of some traces. Of those that it does not have there are none in the answer.
   *
   * @throws {JourneySourceError} where it cannot be read.
   */
  traces(traceIds: readonly string[]): Promise<readonly JourneySpan[]>;

  /**
   * The ids of traces with a span that has an attribute of this value.
   *
   * @throws {JourneySourceError} where it cannot be read.
   */
  search(attribute: string, value: string, window: TimeWindow): Promise<readonly string[]>;

  /** The ids of traces with a span that links to one of some traces. Sources that cannot tell do not have it. */
  linkingTo?(traceIds: readonly string[], window: TimeWindow): Promise<readonly string[]>;

  /**
   * The ids of traces with messages, the latest first where the source orders them. Sources that cannot tell do not have it.
   *
   * @param most how many ids at most. More of them are not looked for.
   * @throws {JourneySourceError} where it cannot be read.
   */
  recent?(window: TimeWindow, most: number): Promise<readonly string[]>;
}
