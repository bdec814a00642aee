import { isDeepStrictEqual } from 'node:util';
import type { Attributes } from '@opentelemetry/api';

/** A metric as it was recorded. */
export interface RecordedMetric {
  /** As in `messaging.process.duration`. */
  readonly name: string;

  /** As in `s` or `{message}`. */
  readonly unit: string;

  readonly description: string;

  /** One point for each set of attributes, in the order in which they were first recorded. */
  readonly points: readonly RecordedPoint[];
}

/** What a metric recorded for one set of attributes. */
export interface RecordedPoint {
  readonly attributes: Attributes;

  /** The value of a counter or of a gauge, the sum of a histogram. */
  readonly value: number;

  /** How many values a histogram recorded; `undefined` for every other metric. */
  readonly count: number | undefined;

  /** The upper boundaries of a histogram's buckets; `undefined` for every other metric. */
  readonly boundaries: readonly number[] | undefined;
}

/** The part of an SDK's metric that is read. */
export interface SdkMetric {
  readonly descriptor: { readonly name: string; readonly unit: string; readonly description: string };
  readonly dataPointType: number;
  readonly dataPoints: readonly { readonly attributes: Attributes; readonly value: number | SdkHistogram }[];
}

interface SdkHistogram {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly buckets?: { readonly boundaries?: readonly number[] } | undefined;
}

/** `DataPointType.GAUGE` of the SDK. */
const gauge = 2;

/** Adds up what an SDK exported, each time what was recorded since the time before. */
export function readMetrics(exported: readonly SdkMetric[]): RecordedMetric[] {
  const metrics = new Map<string, RecordedMetric & { points: RecordedPoint[] }>();
  for (const { descriptor, dataPointType, dataPoints } of exported) {
    const { name, unit, description } = descriptor;
    const metric = metrics.get(name) ?? { name, unit, description, points: [] };
    metrics.set(name, metric);
    for (const point of dataPoints.map(readPoint)) {
      const index = metric.points.findIndex((each) => isDeepStrictEqual(each.attributes, point.attributes));
      const before = metric.points[index];
      if (before === undefined) metric.points.push(point);
      else metric.points[index] = dataPointType === gauge ? point : sum(before, point);
    }
  }
  return [...metrics.values()];
}

function readPoint({ attributes, value }: SdkMetric['dataPoints'][number]): RecordedPoint {
  if (typeof value === 'number') return { attributes, value, count: undefined, boundaries: undefined };
  const { count, sum: total = 0, buckets } = value;
  return { attributes, value: total, count, boundaries: buckets?.boundaries };
}

function sum(before: RecordedPoint, point: RecordedPoint): RecordedPoint {
  const count = point.count === undefined ? undefined : point.count + (before.count ?? 0);
  return { ...point, value: before.value + point.value, count };
}
