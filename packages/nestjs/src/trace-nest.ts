import {
  type AdapterInfo,
  isThenable,
  overrideMethod,
  type Traceable,
  traceOnce,
  type Waybill,
  WaybillError,
} from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };

/** What makes the client of a transport when Nest connects: at once in Nest 11, by a promise in parts of Nest 12. */
export interface ClientMaker {
  createClient(...args: never[]): unknown;
}

/** Nest's parts have no spans of their own: those of their clients are made by the clients' adapters. */
export const nestjs: AdapterInfo = {
  name: manifest.name,
  version: manifest.version,
  system: 'nestjs',
  operations: { send: 'emit', receive: 'receive', process: 'handle' },
};

/**
 * Traces a part of Nest in place, as `traceOnce` does.
 *
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is not that part of Nest, is connected already, or there is no Waybill.
 */
export function traceNest<T extends ClientMaker>(
  part: T,
  waybill: Waybill,
  traceable: Traceable,
  trace: () => void,
): T {
  return traceOnce(part, waybill, nestjs, traceable, () => {
    const { client, server } = part as { readonly client?: unknown; readonly server?: unknown };
    if (client || server) {
      throw new WaybillError(
        'WAYBILL_WRONG_CLIENT',
        `${traceable.by}: it is connected already, so its messages cannot be traced. Trace it before it connects.`,
      );
    }
    trace();
  });
}

/** Has something done with each client that Nest makes, before Nest uses it. */
export function onClientMade(maker: ClientMaker, made: (client: unknown) => void): void {
  overrideMethod(maker, 'createClient', (original) => (...args) => {
    const client: unknown = original.apply(maker, args);
    const tell = <C>(created: C): C => {
      made(created);
      return created;
    };
    return isThenable(client) ? client.then(tell) : tell(client);
  });
}
