export { type DrawOptions, drawJourney } from './drawing/draw-journey.ts';
export { safeText } from './drawing/terminal-text.ts';
export type { Band, FoldedJourney, Lane, Row } from './fold/band.ts';
export { type FoldOptions, foldJourney } from './fold/fold-journey.ts';
export { buildJourneys, type Journeys } from './model/build-journeys.ts';
export type {
  ClockSkew,
  Connection,
  Ghost,
  GhostRole,
  Hop,
  HopKind,
  Journey,
  JourneyTrace,
  LinkRole,
  MissingReason,
  Wait,
  WaitPart,
} from './model/journey.ts';
export type { Decision } from './model/message-facts.ts';
export { readSpans } from './readers/read-spans.ts';
export { readSdkSpan, type SdkSpan, type SdkSpanContext } from './sdk/read-sdk-span.ts';
export { TerminalSpanExporter, type TerminalSpanExporterOptions } from './sdk/terminal-span-exporter.ts';
export type {
  JourneyAttributes,
  JourneyAttributeValue,
  JourneyLink,
  JourneySpan,
  JourneySpanKind,
  SpanReference,
} from './spans/journey-span.ts';
export type { JourneyLimits, LeftOut } from './spans/prepare-spans.ts';
