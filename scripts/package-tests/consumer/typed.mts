import { createWaybill, type Waybill, WaybillError, type WaybillPolicy } from '@waybill/core';

const policy: WaybillPolicy = { linkAfter: '1m', queues: { orders: { relation: 'parent' } } };

export function waybillOrReason(): Waybill | string {
  try {
    return createWaybill({ policy });
  } catch (error) {
    if (error instanceof WaybillError) return error.code;
    throw error;
  }
}
