import { describeGiven } from '../ground/describe-given.ts';
import { WaybillError } from '../ground/waybill-error.ts';
import type { Port, PortProfile } from '../seam/instrumenter.ts';
import { openPort, type Waybill } from '../waybill/waybill.ts';

/**
 * The port through which an adapter of one client library works. Adapters with the same profile name share one.
 *
 * @param by the function that the application called, for the error. Default: the name of the adapter's package.
 * @throws WaybillError `invalid-configuration` if there is no Waybill.
 *
 * @example
 * const port = portOf(waybill, profile);
 * return port.publish({ messages, batch: false, completes: 'promise', invoke: () => client.send(copy) });
 */
export function portOf(waybill: Waybill, profile: PortProfile, by: string = profile.name): Port {
  const open: unknown = (waybill as Partial<Waybill> | null | undefined)?.[openPort];
  if (typeof open !== 'function') {
    throw new WaybillError(
      'invalid-configuration',
      `${by}: ${describeGiven(waybill)} is not a Waybill. Pass what createWaybill() gives.`,
    );
  }
  return waybill[openPort](profile);
}
