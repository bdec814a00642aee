import type { JourneySpan } from '../spans/journey-span.ts';

/** The spans of one trace by their parents. */
export interface SpanTree {
  readonly roots: readonly JourneySpan[];

  /** By the parent's span id. */
  readonly children: ReadonlyMap<string, readonly JourneySpan[]>;
}

/**
 * Orders the spans of a trace by their parents. A span whose parent is missing is a root, and so is one span of a circle: every span is
 * below exactly one root.
 *
 * @param spans of one trace, by start.
 */
export function spanTree(spans: readonly JourneySpan[]): SpanTree {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const roots: JourneySpan[] = [];
  const children = new Map<string, JourneySpan[]>();
  const cuts = cutsOf(spans, byId);
  for (const span of spans) {
    const parent = span.parentSpanId;
    if (parent === undefined || !byId.has(parent) || cuts.has(span.spanId)) roots.push(span);
    else {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [span]);
      else siblings.push(span);
    }
  }
  return { roots, children };
}

/** The roots of a trace. */
export function rootsOf(spans: readonly JourneySpan[]): readonly JourneySpan[] {
  return spanTree(spans).roots;
}

/** The spans at which circles of parents are cut: one of each circle. Each span is passed once. */
function cutsOf(spans: readonly JourneySpan[], byId: ReadonlyMap<string, JourneySpan>): Set<string> {
  const cuts = new Set<string>();
  const passed = new Set<string>();
  for (const span of spans) {
    const path = new Set<string>();
    let each: JourneySpan | undefined = span;
    while (each !== undefined && !passed.has(each.spanId)) {
      passed.add(each.spanId);
      path.add(each.spanId);
      each = each.parentSpanId === undefined ? undefined : byId.get(each.parentSpanId);
    }
    if (each !== undefined && path.has(each.spanId)) cuts.add(each.spanId);
  }
  return cuts;
}
