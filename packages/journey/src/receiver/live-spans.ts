import type { JourneySource, TimeWindow } from '../sources/journey-source.ts';
import { SpansSource } from '../sources/spans-source.ts';
import type { JourneySpan } from '../spans/journey-span.ts';

/** How much of what comes in is kept. */
export interface LiveLimits {
  /** The most spans. Default 50,000. */
  readonly spans?: number | undefined;

  /** About the most bytes of what they came in. Default 128 MiB. */
  readonly bytes?: number | undefined;
}

interface LiveTrace {
  readonly spans: JourneySpan[];
  bytes: number;
}

/** What a span takes beside its names and attributes, in bytes. */
const spanBytes = 512;

/** Spans that come in while they are looked at. What is beyond the limits makes room by traces: the one that got no span for longest goes first. */
export class LiveSpans implements JourneySource {
  readonly mostTraces: number = Number.POSITIVE_INFINITY;
  readonly #mostSpans: number;
  readonly #mostBytes: number;
  readonly #traces = new Map<string, LiveTrace>();
  readonly #listeners = new Set<() => void>();
  #source: SpansSource | undefined;
  #count = 0;
  #bytes = 0;
  #dropped = 0;

  constructor({ spans = 50_000, bytes = 128 * 1024 * 1024 }: LiveLimits = {}) {
    this.#mostSpans = spans;
    this.#mostBytes = bytes;
  }

  /** How many spans are not kept any more. */
  get dropped(): number {
    return this.#dropped;
  }

  /** All spans that are kept. */
  get spans(): readonly JourneySpan[] {
    return [...this.#traces.values()].flatMap(({ spans }) => spans);
  }

  /** Calls a listener after spans came in. @returns what ends that. */
  onSpans(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param bytes how many the spans came in. */
  add(spans: readonly JourneySpan[], bytes: number): void {
    if (spans.length === 0) return;
    const each = bytes / spans.length + spanBytes;
    for (const span of spans) {
      const trace = this.#traces.get(span.traceId) ?? { spans: [], bytes: 0 };
      trace.spans.push(span);
      trace.bytes += each;
      this.#count += 1;
      this.#bytes += each;
      this.#traces.delete(span.traceId);
      this.#traces.set(span.traceId, trace);
    }
    for (const [traceId, trace] of this.#traces) {
      if (this.#count <= this.#mostSpans && this.#bytes <= this.#mostBytes) break;
      this.#traces.delete(traceId);
      this.#count -= trace.spans.length;
      this.#bytes -= trace.bytes;
      this.#dropped += trace.spans.length;
    }
    this.#source = undefined;
    for (const listener of this.#listeners) listener();
  }

  traces(traceIds: readonly string[]): Promise<readonly JourneySpan[]> {
    return this.#now().traces(traceIds);
  }

  search(attribute: string, value: string, _window: TimeWindow): Promise<readonly string[]> {
    return this.#now().search(attribute, value);
  }

  linkingTo(traceIds: readonly string[]): Promise<readonly string[]> {
    return this.#now().linkingTo(traceIds);
  }

  /** All traces, the one that got a span last first. */
  async recent(_window: TimeWindow, most: number): Promise<readonly string[]> {
    return [...this.#traces.keys()].reverse().slice(0, most);
  }

  #now(): SpansSource {
    this.#source ??= new SpansSource(this.spans);
    return this.#source;
  }
}
