export { expectNoLeaks } from './expect-no-leaks.ts';
export { traceMemoryBroker } from './memory-adapter/trace-memory-broker.ts';
export type { HeaderLimits } from './memory-broker/header-limits.ts';
export { type MemoryBatchResult, MemoryBroker } from './memory-broker/memory-broker.ts';
export { MemoryBrokerError } from './memory-broker/memory-broker-error.ts';
export type {
  MemoryBrokerOptions,
  SubscribeBatchOptions,
  SubscribeOptions,
} from './memory-broker/memory-broker-options.ts';
export type {
  DeliveredMessage,
  MemoryBatchEntry,
  MemoryHeaderItem,
  MemoryHeaders,
  MemoryHeaderValue,
  MemoryMessage,
} from './memory-broker/memory-message.ts';
export type { ExpectedAttributes } from './recorded-spans/expected-attributes.ts';
export type { SdkSpan } from './recorded-spans/read-span.ts';
export { recordSpans } from './recorded-spans/record-spans.ts';
export type { RecordedEvent, RecordedLink, RecordedSpan } from './recorded-spans/recorded-span.ts';
export type { RecordedSpans, WaitForSpansOptions } from './recorded-spans/recorded-spans.ts';
export { SpanAssertionError } from './recorded-spans/span-assertion-error.ts';
export type { SpanSelection } from './recorded-spans/span-selection.ts';
export type { RecordedMetric, RecordedPoint } from './test-telemetry/recorded-metric.ts';
export {
  startTestTelemetry,
  type TestTelemetry,
  type TestTelemetryOptions,
} from './test-telemetry/test-telemetry.ts';
