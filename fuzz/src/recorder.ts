import type { Attributes } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';

/** An SDK that keeps only numbers: a million cases must not fill the memory. */
export class Recorder {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  readonly #reader = new Reader();

  /** How many spans were started. */
  started = 0;

  /** How many spans were ended. */
  ended = 0;

  constructor() {
    const done = async (): Promise<void> => undefined;
    this.tracerProvider = new TracerProvider({
      spanProcessors: [
        {
          onStart: () => {
            this.started += 1;
          },
          onEnd: () => {
            this.ended += 1;
          },
          forceFlush: done,
          shutdown: done,
        },
      ],
    });
    this.meterProvider = new MeterProvider({ readers: [this.#reader] });
  }

  /** What a counter has counted so far, of the points with these attributes. */
  async sum(metric: string, where: Attributes = {}): Promise<number> {
    const { resourceMetrics } = await this.#reader.collect();
    let sum = 0;
    for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)) {
      if (descriptor.name !== metric) continue;
      for (const { attributes, value } of dataPoints) {
        const isMeant = Object.entries(where).every(([key, wanted]) => attributes[key] === wanted);
        if (isMeant && typeof value === 'number') sum += value;
      }
    }
    return sum;
  }
}

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
