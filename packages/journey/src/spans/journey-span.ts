/** The kinds of spans, as OpenTelemetry names them. */
export type JourneySpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** What an attribute may hold. */
export type JourneyAttributeValue = string | number | boolean | readonly (string | number | boolean | null)[];

/** Attributes by name. */
export type JourneyAttributes = Readonly<Record<string, JourneyAttributeValue>>;

/** Names one span of all. */
export interface SpanReference {
  /** 32 lower-case hex digits. */
  readonly traceId: string;

  /** 16 lower-case hex digits. */
  readonly spanId: string;
}

/** A span that a journey is made of, of any OpenTelemetry SDK, in plain data. */
export interface JourneySpan extends SpanReference {
  /** The parent, among the spans or not; `undefined` for a root. */
  readonly parentSpanId?: string | undefined;

  readonly name: string;
  readonly kind: JourneySpanKind;

  /** `service.name` of its resource. */
  readonly service?: string | undefined;

  /** Which machine's clock its times are of: `host.name`, or what else the resource tells a machine by. */
  readonly host?: string | undefined;

  /** The name of the tracer that made it. */
  readonly scope?: string | undefined;

  /** In ms since the epoch, with fractions. */
  readonly start: number;

  /** In ms since the epoch, with fractions. */
  readonly end: number;

  /** Default `UNSET`. */
  readonly status?: 'UNSET' | 'OK' | 'ERROR' | undefined;

  /** What the status says of an error. */
  readonly statusMessage?: string | undefined;

  readonly attributes: JourneyAttributes;
  readonly links: readonly JourneyLink[];

  /** How many more links it has, which a reader left out. */
  readonly unreadLinks?: number | undefined;

  /** How many links the SDK dropped. */
  readonly droppedLinks?: number | undefined;
}

/** A link of a span. */
export interface JourneyLink extends SpanReference {
  /** Whether the linked span is sampled, where the link tells. */
  readonly sampled?: boolean | undefined;

  readonly attributes: JourneyAttributes;
}

/** A key for a span, or for what names one. */
export function keyOf({ traceId, spanId }: SpanReference): string {
  return `${traceId}-${spanId}`;
}

/** Only the ids of a span or a link. */
export function referenceTo({ traceId, spanId }: SpanReference): SpanReference {
  return { traceId, spanId };
}
