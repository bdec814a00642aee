import type { CarrierFault, HeaderFormat } from '@waybill/core/adapter';

/** What stands in the `telemetry` option of a job. */
export interface JobTelemetry {
  readonly metadata?: unknown;
  readonly omitContext?: boolean;
}

/** The metadata of a job, read: headers by name, or why there are none. */
export interface Metadata {
  readonly headers: Readonly<Record<string, unknown>> | undefined;
  readonly fault: CarrierFault['reason'] | undefined;
}

/** Longer texts are not read: all that Waybill writes is a fifth of it. */
const mostCharacters = 65_536;

const beginsWithBrace = /^\s*\{/;

/** A trace of Sentry, which writes it without any JSON around. */
const sentryTrace = /^[0-9a-f]{32}-[0-9a-f]{16}(-[01])?$/;

/** Reads the metadata that a producer gave a job: the JSON object that BullMQ's own telemetry writes. Never throws. */
export function readMetadata(metadata: unknown): Metadata {
  // BullMQ's own telemetry writes `false` for a job of `addBulk` that omits the context.
  if (metadata === undefined || metadata === null || metadata === '' || metadata === false) return nothing;
  if (typeof metadata !== 'string') return unreadable('malformed');
  if (metadata.length > mostCharacters) return unreadable('limit');
  // What begins with a brace and is JSON is an object.
  if (!beginsWithBrace.test(metadata))
    return unreadable(sentryTrace.test(metadata) ? 'foreign' : 'malformed');
  let headers: Record<string, unknown>;
  try {
    headers = JSON.parse(metadata);
  } catch {
    return unreadable('malformed');
  }
  // Datadog's, which has all its headers under one key.
  const foreign = Object.hasOwn(headers, '_datadog') && !Object.hasOwn(headers, 'traceparent');
  return { headers, fault: foreign ? 'foreign' : undefined };
}

const nothing: Metadata = { headers: undefined, fault: undefined };

function unreadable(fault: CarrierFault['reason']): Metadata {
  return { headers: undefined, fault };
}

/** Values of metadata. What is neither a text nor a list of texts is read as a text that no header has. */
export const metadataFormat: HeaderFormat<unknown> = { read: headerValue, write: (text) => text };

function headerValue(value: unknown): string | readonly string[] | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : '';
}
