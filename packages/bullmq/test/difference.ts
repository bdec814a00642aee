import type { Waybill, WaybillOptions } from '@waybill/core';
import type { Processor } from 'bullmq';
import type { BullmqLab } from './bullmq-lab.ts';
import { type Door, telemetry, wrapped } from './doors.ts';

/** Where a difference is looked at. */
export interface Stage {
  readonly lab: BullmqLab;

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
export function stageOf(lab: BullmqLab, door: Door['name']): Stage {
  const openWith = door === 'wrapped' ? wrapped : telemetry;
  return {
    lab,
    name: lab.name(),
    open(options, prepare) {
      const waybill = lab.waybill(options);
      prepare?.(waybill);
      return openWith(lab, waybill);
    },
  };
}

/** A processor that does nothing. */
export const nothing: Processor = async () => undefined;
