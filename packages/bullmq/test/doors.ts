import type { Waybill } from '@waybill/core';
import type { FlowProducer, Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';
import { waybillTelemetry } from '../src/index.ts';
import type { BullmqTestBed } from './bullmq-test-bed.ts';

/** One of the two ways in which Waybill traces BullMQ. */
export interface Door {
  readonly name: 'wrapped' | 'telemetry';
  queue(name: string, options?: Partial<QueueOptions>): Queue;
  flowProducer(): FlowProducer;
  worker(name: string, processor: Processor, options?: Partial<WorkerOptions>): Promise<Worker>;
}

/** What is made is wrapped. */
export function wrapped(testBed: BullmqTestBed, waybill: Waybill = testBed.waybill()): Door {
  return {
    name: 'wrapped',
    queue: (name, options) => testBed.queue(name, waybill, options),
    flowProducer: () => testBed.flowProducer(waybill),
    worker: (name, processor, options) => testBed.worker(name, processor, options, waybill),
  };
}

/** What is made has the option `telemetry`. */
export function telemetry(testBed: BullmqTestBed, waybill: Waybill = testBed.waybill()): Door {
  const forAll = waybillTelemetry(waybill);
  const forWorkers = waybillTelemetry(waybill, { worker: true });
  return {
    name: 'telemetry',
    queue: (name, options) => testBed.bareQueue(name, { ...options, telemetry: forAll }),
    flowProducer: () => testBed.bareFlowProducer({ telemetry: forAll }),
    worker: (name, processor, options) =>
      testBed.bareWorker(name, processor, { ...options, telemetry: forWorkers }),
  };
}
