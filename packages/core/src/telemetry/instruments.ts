import {
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  ValueType,
} from '@opentelemetry/api';
import { ageBuckets, durationBuckets, metric } from '../semantic-conventions/telemetry-names.ts';
import { safely } from './report.ts';

/** The metrics of one instrumentation scope. */
export interface Instruments {
  readonly operationDuration: Histogram;
  readonly processDuration: Histogram;
  readonly messageAge: Histogram;
  readonly sentMessages: Counter;
  readonly consumedMessages: Counter;
  readonly carrierRejected: Counter;
}

/**
 * Gives the instruments of the meter provider that is in force at the time of the call. An instrument made before the SDK
 * starts would stay without effect for ever, so they are made anew whenever the provider is another one.
 */
export function lateInstruments(
  scope: string,
  version: string,
  configured: MeterProvider | undefined,
): () => Instruments {
  let provider: MeterProvider | undefined;
  let instruments: Instruments | undefined;
  return () => {
    const current = configured ?? metrics.getMeterProvider();
    if (instruments === undefined || provider !== current) {
      provider = current;
      instruments = safely(
        'Making metric instruments',
        () => makeInstruments(current.getMeter(scope, version)),
        () => silent,
      );
    }
    return instruments;
  };
}

function makeInstruments(meter: Meter): Instruments {
  const seconds = (name: string, description: string, explicitBucketBoundaries: number[]): Histogram =>
    guarded(meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } }));
  const count = (name: string, description: string, unit: string): Counter => {
    const counter = meter.createCounter(name, { description, unit, valueType: ValueType.INT });
    return {
      add: (value, attributes) => safely(`Counting ${name}`, () => counter.add(value, attributes)),
    };
  };
  const guarded = (histogram: Histogram): Histogram => ({
    record: (value, attributes) => safely('Recording a metric', () => histogram.record(value, attributes)),
  });
  return {
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

const ignore = (_value: number, _attributes?: Attributes): void => undefined;
const silent: Instruments = {
  operationDuration: { record: ignore },
  processDuration: { record: ignore },
  messageAge: { record: ignore },
  sentMessages: { add: ignore },
  consumedMessages: { add: ignore },
  carrierRejected: { add: ignore },
};
