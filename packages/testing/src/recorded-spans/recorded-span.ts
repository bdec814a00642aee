import type { Attributes } from '@opentelemetry/api';

/** A span as it was recorded, in one shape for every release line of OpenTelemetry JS. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

  /** 32 lower-case hex digits. */
  readonly traceId: string;

  /** 16 lower-case hex digits. */
  readonly spanId: string;

  /** The parent, recorded or not; `undefined` for a root. */
  readonly parentSpanId: string | undefined;

  readonly attributes: Attributes;
  readonly links: readonly RecordedLink[];
  readonly events: readonly RecordedEvent[];
  readonly status: 'UNSET' | 'OK' | 'ERROR';

  /** What the status says of an error. */
  readonly statusMessage: string | undefined;

  /** The name of the tracer that made it. */
  readonly scope: string | undefined;

  /** In ms since the epoch. */
  readonly startTime: number;

  /** In ms; 0 for a span that has not ended. */
  readonly duration: number;

  readonly ended: boolean;
}

/** A link of a recorded span. */
export interface RecordedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** An event of a recorded span, such as `exception`. */
export interface RecordedEvent {
  readonly name: string;
  readonly attributes: Attributes;
}
