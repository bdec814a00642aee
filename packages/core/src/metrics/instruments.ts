import {
  type Attributes,
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  ValueType,
} from '@opentelemetry/api';
import { reportFailure, safely } from '../diag.ts';
import { ageBuckets, durationBuckets, metric } from '../semantic-conventions/telemetry-names.ts';
import { CounterBuffer } from './buffered-counter.ts';

/** The metrics of one instrumentation scope. */
export interface Instruments {
  readonly operationDuration: Histogram;
  readonly processDuration: Histogram;
  readonly messageAge: Histogram;
  readonly sentMessages: Counter;
  readonly consumedMessages: Counter;
  readonly carrierRejected: Counter;

  /** For what is counted with every message. */
  readonly buffer: CounterBuffer;
}

/**
 * Returns the instruments of the current meter provider; `undefined` if nothing records.
 * An instrument made before the SDK starts never has an effect, so they are made again whenever the provider changes.
 */
export function lazyInstruments(
  scope: string,
  version: string,
  configured: MeterProvider | undefined,
): () => Instruments | undefined {
  let provider: MeterProvider | undefined;
  let instruments: Instruments | undefined;
  return () => {
    const current = configured ?? metrics.getMeterProvider();
    if (provider !== current) {
      provider = current;
      instruments = safely('Making metric instruments', () =>
        makeInstruments(current.getMeter(scope, version)),
      );
    }
    return instruments;
  };
}

function makeInstruments(meter: Meter): Instruments | undefined {
  if (meter === createNoopMeter()) return undefined;
  const seconds = (name: string, description: string, explicitBucketBoundaries: number[]): Histogram =>
    new SafeHistogram(
      name,
      meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } }),
    );
  const count = (name: string, description: string, unit: string): Counter =>
    new SafeCounter(name, meter.createCounter(name, { description, unit, valueType: ValueType.INT }));
  return {
    buffer: new CounterBuffer(meter),
    operationDuration: seconds(
      metric.operationDuration,
      'Duration of messaging operations of a client.',
      durationBuckets,
    ),
    processDuration: seconds(metric.processDuration, 'Duration of handling a message.', durationBuckets),
    messageAge: seconds(metric.messageAge, 'Age of messages when their handling began.', ageBuckets),
    sentMessages: count(metric.sentMessages, 'Messages that a producer tried to send.', '{message}'),
    consumedMessages: count(
      metric.consumedMessages,
      'Messages that were delivered to the application.',
      '{message}',
    ),
    carrierRejected: count(
      metric.carrierRejected,
      'Parts of carriers that were malformed, over a limit or dropped.',
      '{header}',
    ),
  };
}

class SafeHistogram implements Histogram {
  readonly #name: string;
  readonly #histogram: Histogram;

  constructor(name: string, histogram: Histogram) {
    this.#name = name;
    this.#histogram = histogram;
  }

  record(value: number, attributes?: Attributes): void {
    try {
      this.#histogram.record(value, attributes);
    } catch (error) {
      reportFailure(`Recording ${this.#name}`, error);
    }
  }
}

class SafeCounter implements Counter {
  readonly #name: string;
  readonly #counter: Counter;

  constructor(name: string, counter: Counter) {
    this.#name = name;
    this.#counter = counter;
  }

  add(value: number, attributes?: Attributes): void {
    try {
      this.#counter.add(value, attributes);
    } catch (error) {
      reportFailure(`Counting ${this.#name}`, error);
    }
  }
}
