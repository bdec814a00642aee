import { wrongUse } from '../ground/wrong-use.ts';
import type { AdapterInfo, Instrumenter } from '../seam/instrumenter.ts';
import { openInstrumenter, type Waybill } from '../waybill/waybill.ts';

/**
 * The instrumenter of an adapter of one client library. Adapters of the same name share one.
 *
 * @param by the function that the application called, for the error. Default: the name of the adapter's package.
 * @throws WaybillError `WAYBILL_NOT_A_WAYBILL` if there is no Waybill.
 *
 * @example
 * const instrumenter = instrumenterOf(waybill, adapterInfo);
 * return instrumenter.publish({ messages, batch: false, completes: 'promise', invoke: () => client.send(copy) });
 */
export function instrumenterOf(
  waybill: Waybill,
  adapter: AdapterInfo,
  by: string = adapter.name,
): Instrumenter {
  const open: unknown = (waybill as Partial<Waybill> | null | undefined)?.[openInstrumenter];
  if (typeof open !== 'function') {
    throw wrongUse(
      'WAYBILL_NOT_A_WAYBILL',
      by,
      waybill,
      'is not a Waybill. Pass what createWaybill() gives.',
    );
  }
  return waybill[openInstrumenter](adapter);
}
