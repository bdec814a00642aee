import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

/** A metric, and the attributes of each of its points. */
export interface PointsOfMetric {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Attributes[];
}

/** A meter provider whose metrics can be read. */
export class RecordedMeter {
  readonly #exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  readonly provider: MeterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({ exporter: this.#exporter, exportIntervalMillis: 3_600_000 }),
    ],
  });

  /** What was recorded so far. */
  async collect(): Promise<PointsOfMetric[]> {
    await this.provider.forceFlush();
    const all = this.#exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    return all
      .flatMap(({ metrics }) => metrics)
      .map(({ descriptor, dataPoints }) => ({
        name: descriptor.name,
        unit: descriptor.unit,
        points: dataPoints.map(({ attributes }) => attributes),
      }));
  }

  shutdown(): Promise<void> {
    return this.provider.shutdown();
  }
}
