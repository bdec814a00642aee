/** A part of an axis: a time of nothing new that is drawn short, or what is between two of them. */
export interface AxisPart {
  /** The first of its columns. */
  readonly column: number;

  /** In columns. */
  readonly width: number;

  /** In ms. */
  readonly duration: number;
}

/** Where times are on a line of columns. */
export interface TimeAxis {
  /** The column of a time, with fractions, from 0 to the width. */
  columnOf(time: number): number;
  readonly breaks: readonly AxisPart[];

  /** What is between the breaks, at one scale. */
  readonly pieces: readonly AxisPart[];
}

/** The least and the most columns that a break takes. */
const breakWidths = { least: 2, most: 8 } as const;

interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * Spreads times over columns so that short work stays visible beside long waits: times in which nothing happens become breaks, all others
 * have one scale.
 *
 * @param work what is to be visible, in any order.
 * @param whole what the axis shows.
 */
export function timeAxis(
  work: readonly Interval[],
  whole: Interval,
  width: number,
  trueScale = false,
): TimeAxis {
  const longestFirst = (trueScale ? [] : foldsOf(work, whole)).sort((a, b) => lengthOf(b) - lengthOf(a));
  const beyond = longestFirst[Math.floor(width / (2 * breakWidths.least))];
  // Of more than there is room for, those that are much longer than the others: times alike are drawn alike.
  const folds = longestFirst.filter((fold) => beyond === undefined || lengthOf(fold) > 2 * lengthOf(beyond));
  const breakWidth = Math.max(breakWidths.least, Math.floor(width / (3 * folds.length + 1)));
  const inOrder = folds.sort((a, b) => a.start - b.start);
  return axisOf(segmentsOf(whole, inOrder), width, Math.min(breakWidths.most, breakWidth));
}

function lengthOf({ start, end }: Interval): number {
  return end - start;
}

interface Segment extends Interval {
  readonly folded: boolean;
}

function axisOf(segments: readonly Segment[], width: number, breakWidth: number): TimeAxis {
  const linear = segments.filter(({ folded }) => !folded);
  const total = linear.reduce((sum, { start, end }) => sum + end - start, 0);
  // Each piece between breaks is at least a column wide. Pieces and breaks begin at whole columns.
  const room = Math.max(0, width - (segments.length - linear.length) * breakWidth - linear.length);
  const columns: number[] = [];
  let column = 0;
  let exact = 0;
  for (const { start, end, folded } of segments) {
    columns.push(column);
    const before = Math.round(exact);
    if (!folded) exact += 1 + (total === 0 ? room / linear.length : (room * (end - start)) / total);
    column += folded ? breakWidth : Math.round(exact) - before;
  }
  columns.push(column);
  const partsOf = (isFolded: boolean): AxisPart[] =>
    segments.flatMap(({ folded, start, end }, index) => {
      const from = columns[index] ?? 0;
      return folded === isFolded
        ? [{ column: from, width: (columns[index + 1] ?? from) - from, duration: end - start }]
        : [];
    });
  return {
    breaks: partsOf(true),
    pieces: partsOf(false),
    columnOf(time) {
      const index = segmentAt(segments, time);
      const { start, end } = segments[index] ?? { start: 0, end: 0 };
      const from = columns[index] ?? 0;
      const to = columns[index + 1] ?? from;
      const share = end === start ? 0 : Math.min(1, Math.max(0, (time - start) / (end - start)));
      return from + share * (to - from);
    },
  };
}

/** The last segment that starts at a time or before it. */
function segmentAt(segments: readonly Segment[], time: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.start ?? 0) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The folds, and what is between them. */
function segmentsOf({ start, end }: Interval, folds: readonly Interval[]): Segment[] {
  const segments: Segment[] = [];
  let at = start;
  for (const fold of folds) {
    segments.push({ start: at, end: fold.start, folded: false }, { ...fold, folded: true });
    at = fold.end;
  }
  return [...segments, { start: at, end, folded: false }];
}

/**
 * The times to fold: those without work that are longer than twice all work, and those in work that goes on without anything
 * new for ten times as long as all else.
 */
function foldsOf(work: readonly Interval[], whole: Interval): Interval[] {
  const ordered = [...work].sort((a, b) => a.start - b.start);
  const times = new Set([whole.start, whole.end]);
  const idle: Interval[] = [];
  let busy = 0;
  let at = whole.start;
  for (const { start, end } of ordered) {
    if (start > at) idle.push({ start: at, end: start });
    busy += Math.max(0, end - Math.max(start, at));
    at = Math.max(at, end);
    times.add(start).add(end);
  }
  if (whole.end > at) idle.push({ start: at, end: whole.end });
  const folds = idle.filter(({ start, end }) => end - start > Math.max(busy * 2, 1));
  // No time lies within a fold, so each is what lies between two.
  const folded = new Set(folds.map(({ start }) => start));
  const left = between([...times].sort((a, b) => a - b)).filter(({ start }) => !folded.has(start));
  let total = left.reduce((sum, { start, end }) => sum + end - start, 0);
  for (const longest of left.sort((a, b) => b.end - b.start - (a.end - a.start))) {
    const length = longest.end - longest.start;
    const rest = total - length;
    if (rest <= 0 || length <= 10 * rest) break;
    folds.push(longest);
    total = rest;
  }
  return folds;
}

function between(times: readonly number[]): Interval[] {
  return times.slice(1).map((end, index) => ({ start: times[index] ?? end, end }));
}
