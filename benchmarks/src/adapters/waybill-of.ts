import { createWaybill, type Waybill } from '@waybill/core';
import type { WaybillSetup } from './contenders.ts';

/** A Waybill as a contender asks for it. */
export function waybillOf({ options, middlewares = 0 }: WaybillSetup = {}): Waybill {
  const waybill = createWaybill(options);
  for (let count = 0; count < middlewares; count++) {
    waybill.use({ publish: (_call, next) => next(), consume: (_delivery, next) => next() });
  }
  return waybill;
}
