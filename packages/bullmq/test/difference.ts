import type { Waybill, WaybillOptions } from '@waybill/core';
import type { Processor } from 'bullmq';
import type { BullmqTestBed } from './bullmq-test-bed.ts';
import { type Door, telemetry, wrapped } from './doors.ts';

/** Where a difference is looked at. */
export interface Stage {
  readonly testBed: BullmqTestBed;

  /** Of a queue that nobody uses. */
  readonly name: string;

  /** Queues and workers of a Waybill with these options. */
  open(options?: WaybillOptions, prepare?: (waybill: Waybill) => void): Door;
}

/** What wrapping shows and the option `telemetry` does not, or the other way round. */
export interface Difference {
  /** What is looked at. */
  readonly what: string;

  /** Why it is so. */
  readonly because: string;

  /** What there is to see, in a few words. */
  look(stage: Stage): Promise<string>;
}

/** Opens the stage of a door. */
export function stageOf(testBed: BullmqTestBed, door: Door['name']): Stage {
  const openWith = door === 'wrapped' ? wrapped : telemetry;
  return {
    testBed,
    name: testBed.name(),
    open(options, prepare) {
      const waybill = testBed.waybill(options);
      prepare?.(waybill);
      return openWith(testBed, waybill);
    },
  };
}

/** A processor that does nothing. */
export const nothing: Processor = async () => undefined;
