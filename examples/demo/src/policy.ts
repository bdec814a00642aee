import type { WaybillPolicy } from '@waybill/core';

/** Whoever handles an order within 2 s joins its trace, and links to it later on; an invoice is always part of it. */
export const policy: WaybillPolicy = {
  queues: {
    orders: { linkAfter: '2s' },
    invoices: { relation: 'parent' },
  },
};

/** The two queues of the demo. */
export type DemoQueue = 'orders' | 'invoices';
