export type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  ProcessOne,
  TestHandler,
  TestMessage,
} from './adapter-harness.ts';
export { describeAdapter } from './describe-adapter.ts';
export { type ConformanceRow, runConformance } from './run-conformance.ts';
