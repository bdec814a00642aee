import { traceFlowProducer, traceProcessor, traceQueue, type WorkerProcessor } from '@waybill/bullmq';
import type { Waybill } from '@waybill/core';
import { overrideMethod } from '@waybill/core/adapter';

/** By this `@nestjs/bullmq` lets an application decorate the processors of workers, before it makes those. */
interface ProcessorDecorator {
  decorate(processor: WorkerProcessor): WorkerProcessor;
}

export { traceFlowProducer, traceQueue };

/** Traces the processors of all workers that `@nestjs/bullmq` makes from then on. What the application decorates runs in the span. */
export function traceProcessors(service: ProcessorDecorator, waybill: Waybill): void {
  overrideMethod(
    service,
    'decorate',
    (original) => (processor) => traceProcessor(original.call(service, processor), waybill),
  );
}
