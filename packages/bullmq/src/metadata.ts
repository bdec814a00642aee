import {
  type CarrierFault,
  type HeaderFormat,
  HeaderRecord,
  type HeaderRefusal,
  jsonObject,
} from '@waybill/core/adapter';

/** What stands in the `telemetry` option of a job. */
export interface JobTelemetry {
  readonly metadata?: unknown;
  readonly omitContext?: boolean;
}

/** The headers in the `telemetry.metadata` of a job: the JSON object that BullMQ's own telemetry writes. Any metadata may be given. */
export class MetadataHeaders extends HeaderRecord<unknown> {
  /** Why there are none, or that they are another tool's. */
  readonly fault: CarrierFault | undefined;
  readonly #isClosed: boolean;

  constructor(telemetry: JobTelemetry | undefined) {
    const { headers, fault } = readMetadata(telemetry?.metadata);
    super(headers, metadataFormat);
    this.fault = fault && { place: 'telemetry.metadata', reason: fault };
    const isForeign = headers === undefined && fault !== undefined && fault !== 'limit';
    this.#isClosed = isForeign || Boolean(telemetry?.omitContext);
  }

  /** Another tool's metadata stays, and so does the wish to have none. What is too long for any reader is replaced. */
  override set(name: string, text: string): HeaderRefusal | undefined {
    return this.#isClosed ? 'foreign' : super.set(name, text);
  }
}

/** Longer texts are not read: all that Waybill writes is a fifth of it. */
const mostCharacters = 65_536;

/** A trace of Sentry, which writes it without any JSON around. */
const sentryTrace = /^[0-9a-f]{32}-[0-9a-f]{16}(-[01])?$/;

type Fault = CarrierFault['reason'];

/** Reads metadata: headers by name, or why there are none. Never throws. */
function readMetadata(metadata: unknown): { headers?: Record<string, unknown>; fault?: Fault | undefined } {
  // BullMQ's own telemetry writes `false` for a job of `addBulk` that omits the context.
  if (metadata === undefined || metadata === null || metadata === '' || metadata === false) return {};
  if (typeof metadata !== 'string') return { fault: 'malformed' };
  if (metadata.length > mostCharacters) return { fault: 'limit' };
  const headers = jsonObject(metadata);
  if (headers === undefined) return { fault: sentryTrace.test(metadata) ? 'foreign' : 'malformed' };
  // Datadog's, which has all its headers under one key.
  const isForeign = Object.hasOwn(headers, '_datadog') && !Object.hasOwn(headers, 'traceparent');
  return { headers, fault: isForeign ? 'foreign' : undefined };
}

/** Values of metadata. What is neither a text nor a list of texts is read as a text that no header has. */
const metadataFormat: HeaderFormat<unknown> = {
  read(value) {
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : '';
  },
  write: (text) => text,
};
