import type { Journey, JourneySpan } from '@waybill/journey';

/** A span or a wait, from `x` on. */
export interface Bar {
  readonly x: number;
  readonly width: number;
}

/** A span of the picture. */
export interface PictureRow {
  readonly name: string;
  readonly service: string;
  readonly depth: number;
  readonly work: Bar;

  /** The time in the queue, before the handling of a message. */
  readonly wait?:
    | (Bar & { readonly ms: number; readonly relation: 'parent' | 'link'; readonly sender: number })
    | undefined;
}

/** A trace of the picture: its rows are `first` to `last`. */
export interface PictureTrace {
  readonly traceId: string;
  readonly first: number;
  readonly last: number;
}

/** A journey, laid out between the `x` 0 and 1. */
export interface PictureOfJourney {
  readonly rows: readonly PictureRow[];
  readonly traces: readonly PictureTrace[];
}

/** Lays out the spans of a journey on an axis of time that is compressed: ten times as long is drawn a step longer. */
export function layOut({ traces, hops }: Journey): PictureOfJourney {
  const ordered = traces.map(({ traceId, spans }) => ({
    traceId,
    spans: inTreeOrder(spans).map(withinParent),
  }));
  const spans = ordered.flatMap((trace) => trace.spans);
  const at = compressedAxis(spans.flatMap(({ start, end }) => [start, end]));
  const bar = (start: number, end: number): Bar => ({ x: at(start), width: at(end) - at(start) });
  const rows = spans.map((span): PictureRow => {
    const hop = hops.find(({ handling }) => handling.spanId === span.spanId);
    const wait = hop?.wait && {
      ...bar(hop.wait.start, hop.wait.end),
      ms: hop.wait.end - hop.wait.start,
      relation: hop.relation,
      sender: spans.findIndex(({ spanId }) => spanId === hop.sender.spanId),
    };
    return {
      name: span.name,
      service: span.service ?? '',
      depth: depthOf(span, spans),
      work: bar(span.start, span.end),
      wait,
    };
  });
  let next = 0;
  const bands = ordered.map(({ traceId, spans: members }) => {
    const first = next;
    next += members.length;
    return { traceId, first, last: next - 1 };
  });
  return { rows, traces: bands };
}

/** An SDK reads the clock in whole ms when a span starts, so a child may seem to end up to 1 ms after the span that waited for it. */
function withinParent(span: JourneySpan, _: number, spans: readonly JourneySpan[]): JourneySpan {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  const late = parent === undefined ? 0 : span.end - parent.end;
  return late > 0 && late <= 1 ? { ...span, end: span.end - late } : span;
}

/** Every span after its parent, by start. */
function inTreeOrder(spans: readonly JourneySpan[]): JourneySpan[] {
  const below = (parent: string | undefined): JourneySpan[] =>
    spans.filter((span) => span.parentSpanId === parent).flatMap((span) => [span, ...below(span.spanId)]);
  return below(undefined);
}

function depthOf({ parentSpanId }: JourneySpan, spans: readonly JourneySpan[]): number {
  const parent = spans.find(({ spanId }) => spanId === parentSpanId);
  return parent === undefined ? 0 : 1 + depthOf(parent, spans);
}

/** Where a time is, from 0 to 1. Between two times that matter there are as many steps as the duration in ms has digits. */
function compressedAxis(times: readonly number[]): (time: number) => number {
  const marks = [...new Set(times)].sort((a, b) => a - b);
  const widths = marks.map((mark, index) =>
    index === 0 ? 0 : 0.05 + Math.log10(1 + mark - (marks[index - 1] ?? mark)),
  );
  const whole = widths.reduce((sum, width) => sum + width, 0);
  const places = new Map(
    marks.map((mark, index) => [
      mark,
      widths.slice(0, index + 1).reduce((sum, width) => sum + width, 0) / whole,
    ]),
  );
  return (time) => places.get(time) ?? 0;
}
