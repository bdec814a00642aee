import type { Port, PortProfile } from './port.ts';
import { openPort, type Waybill } from './waybill.ts';

/**
 * The port through which an adapter of one client library works. Adapters with the same profile name share one.
 *
 * @example
 * const port = portOf(waybill, profile);
 * return port.publish({ messages, batch: false, completes: 'promise', invoke: () => client.send(copy) });
 */
export function portOf(waybill: Waybill, profile: PortProfile): Port {
  return waybill[openPort](profile);
}
