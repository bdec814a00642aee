import { answerOf, perObject, type Settle } from '@waybill/core/adapter';
import { leastFrame } from '../trace-connection-manager.ts';

/** A method of a broker as it is overridden. */
export type BrokerMethod = (...args: unknown[]) => unknown;

/** The methods that are overridden. */
export type BrokerMethods = Record<
  'publish' | 'forward' | 'subscribe' | 'subscribeAll' | ClosingMethod,
  BrokerMethod
>;

/** Methods after which no message can be settled that was delivered before. */
type ClosingMethod = (typeof closingMethods)[number];
export const closingMethods = ['shutdown', 'bounce', 'nuke', 'unsubscribeAll'] as const;

/** The configuration of a broker, with all names qualified, as far as it is read. */
export interface RascalConfig {
  readonly vhosts?: Readonly<Record<string, VhostConfig>>;
  readonly publications?: Readonly<Record<string, PublicationConfig>>;
}

interface VhostConfig {
  readonly queues?: Readonly<
    Record<string, { readonly fullyQualifiedName?: string; readonly options?: object }>
  >;
  readonly connections?: readonly { readonly options?: { readonly frameMax?: unknown } }[];
}

/** Where the messages of a publication go. */
export interface PublicationConfig {
  readonly vhost?: string;
  readonly exchange?: string;
  readonly destination?: string;
  readonly routingKey?: unknown;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Calls a method of a broker, which answers by a callback, its last argument, or by a promise. */
export function answerOfBroker(
  broker: object,
  method: BrokerMethod,
  args: readonly unknown[],
  settle: Settle,
): unknown {
  // A filter is no callback.
  if (answersByCallback(broker)) return answerOf(broker, method, args, settle);
  return answerOf(broker, () => method.apply(broker, [...args]), [], settle);
}

/** Whether a broker has the API with callbacks. */
export function answersByCallback(broker: object): boolean {
  return 'promises' in broker;
}

/** What stands for the connections of a virtual host, which rascal keeps to itself. */
export function connectionOf(config: RascalConfig, vhost: string | undefined): object {
  return stands(config.vhosts?.[String(vhost)] ?? (config as VhostConfig));
}

const stands = perObject((vhost: VhostConfig): { readonly frameMax: number } => {
  const frameMax = Number(vhost.connections?.[0]?.options?.frameMax);
  return frameMax > 0 ? { frameMax } : { ...leastFrame };
});
