export type { ProcessedJob } from './incoming-message.ts';
export type { JobTelemetry } from './metadata.ts';
export { processJob } from './process-job.ts';
export type { TelemetryOptions } from './telemetry/telemetry-options.ts';
export { waybillTelemetry } from './telemetry/waybill-telemetry.ts';
export { type TraceableFlowProducer, traceFlowProducer } from './trace-flow-producer.ts';
export { traceProcessor, type WorkerProcessor } from './trace-processor.ts';
export { type TraceableQueue, traceQueue } from './trace-queue.ts';
