import type { BrokerName } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';
import type { Step } from '../measure/run-by-turns.ts';
import type { MessageSpans } from './message-spans.ts';
import type { Packages } from './packages.ts';

/** A client that is measured without a network. */
export interface StandInClient {
  /** The name that rows begin with: that of its adapter. */
  readonly name: string;

  /** Whether it publishes what it processes. Default: true. */
  readonly sends?: boolean;

  /** Opens the client without a network. A step publishes messages, and is done when they are processed. */
  openStandIn(tracing: Tracing, traffic: Traffic): Promise<Step>;
}

/** A client that is measured. A new one has a file of this shape and a line in `clients/index.ts`. */
export interface Client extends StandInClient {
  /** The npm package of the client. */
  readonly module: string;

  readonly broker: BrokerName;

  /** Opens the client on a real broker, with a queue of its own. */
  openOnBroker(url: string, tracing: Tracing): Promise<BrokerClient>;
}

/** What traces a client. */
export type Tracing =
  /** Nothing: the client alone. */
  | { readonly by: 'bare' }
  /** What a careful engineer writes with OpenTelemetry's API, for single messages, with the attributes of Waybill's spans. */
  | { readonly by: 'hand-written'; readonly spans: MessageSpans }
  /** The instrumentation of OpenTelemetry's contributors; for BullMQ, its own. */
  | { readonly by: 'contrib' }
  | { readonly by: 'waybill'; readonly waybill: Waybill; readonly packages: Packages };

/** What is published and processed in a step. */
export interface Traffic {
  /** Messages in a call. More than 1 are processed as a batch. Default: 1. */
  readonly messages?: number;

  /** Traces only the call that publishes, or only the handler. Default: both. */
  readonly only?: 'publish' | 'process';

  /** Queues that take turns. Default: 1. */
  readonly queues?: number;

  /** Leaves messages without an acknowledgement. Default: false. */
  readonly unsettled?: boolean;
}

/** A client on a real broker. */
export interface BrokerClient {
  /** Publishes a message, and is done when it is processed. */
  publishAndProcess(): Promise<void>;

  /** Begins to ask the broker for messages, and stops: a client that is not measured does not poll. */
  resume?(): unknown;
  pause?(): unknown;

  close(): Promise<void>;
}
