export { type FindOptions, type FoundJourney, findJourney } from './find-journey.ts';
export type { HttpOptions } from './http-json.ts';
export { JaegerSource } from './jaeger-source.ts';
export type { JourneySource, TimeWindow } from './journey-source.ts';
export { type OpenedSource, openSource } from './open-source.ts';
export { type FileLimits, type ReadFile, readSpansFile } from './read-file.ts';
export { JourneySourceError } from './source-error.ts';
export { SpansSource } from './spans-source.ts';
export { TempoSource } from './tempo-source.ts';
