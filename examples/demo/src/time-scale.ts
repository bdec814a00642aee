import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { startOf } from './open-telemetry.ts';

/** Places spans on a line of fixed width. */
export interface TimeScale {
  /** The bar of a span, as wide as the whole line. */
  bar(span: ReadableSpan): string;
}

/** A scale from the first start to the last end, so many characters wide. */
export function timeScale(spans: readonly ReadableSpan[], width: number): TimeScale {
  const first = Math.min(...spans.map(startOf));
  const length = Math.max(...spans.map(endOf)) - first;
  const columnOf = (time: number): number => Math.round(((time - first) / length) * (width - 1));
  return {
    bar(span) {
      const from = columnOf(startOf(span));
      const to = columnOf(endOf(span));
      return `|${' '.repeat(from)}${'#'.repeat(to - from + 1)}${' '.repeat(width - to - 1)}|`;
    },
  };
}

function endOf({ endTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
