import type { Waybill } from '@waybill/core';
import type { FlowProducer, Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';
import { waybillTelemetry } from '../src/index.ts';
import type { BullmqLab } from './bullmq-lab.ts';

/** One of the two ways in which Waybill traces BullMQ. */
export interface Door {
  readonly name: 'wrapped' | 'telemetry';
  queue(name: string, options?: Partial<QueueOptions>): Queue;
  flowProducer(): FlowProducer;
  worker(name: string, processor: Processor, options?: Partial<WorkerOptions>): Promise<Worker>;
}

/** What is made is wrapped. */
export function wrapped(lab: BullmqLab, waybill: Waybill = lab.waybill()): Door {
  return {
    name: 'wrapped',
    queue: (name, options) => lab.queue(name, waybill, options),
    flowProducer: () => lab.flowProducer(waybill),
    worker: (name, processor, options) => lab.worker(name, processor, options, waybill),
  };
}

/** What is made has the option `telemetry`. */
export function telemetry(lab: BullmqLab, waybill: Waybill = lab.waybill()): Door {
  const forAll = waybillTelemetry(waybill);
  const forWorkers = waybillTelemetry(waybill, { worker: true });
  return {
    name: 'telemetry',
    queue: (name, options) => lab.bareQueue(name, { ...options, telemetry: forAll }),
    flowProducer: () => lab.bareFlowProducer({ telemetry: forAll }),
    worker: (name, processor, options) =>
      lab.bareWorker(name, processor, { ...options, telemetry: forWorkers }),
  };
}
