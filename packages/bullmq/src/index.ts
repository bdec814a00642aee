export type { ProcessedJob } from './incoming-message.ts';
export type { JobTelemetry } from './metadata.ts';
export { processJob, traceProcessor, type WorkerProcessor } from './process-job.ts';
export type { TelemetryOptions } from './telemetry/telemetry-options.ts';
export { waybillTelemetry } from './telemetry/waybill-telemetry.ts';
export { type TraceableFlowProducer, traceFlowProducer } from './trace-flow-producer.ts';
export { type TraceableQueue, traceQueue } from './trace-queue.ts';
