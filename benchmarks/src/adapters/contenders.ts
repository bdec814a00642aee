import type { WaybillOptions } from '@waybill/core';
import type { Step } from '../measure/slices.ts';

/** What is sent and handled in one step. */
export interface Traffic {
  /** Messages in a call; 1 is a call that sends one, and a handler that gets one. Default 1. */
  readonly messages?: number;

  /** Leaves out the handler, or the tracing of the sender. Default: all is there. */
  readonly only?: 'publish' | 'consume';

  /** Queues that take turns. Default 1. */
  readonly queues?: number;
}

/** How Waybill is set up for a contender. */
export interface WaybillSetup {
  readonly options?: WaybillOptions;

  /** Layers around every call that do nothing but call the next one. Default 0. */
  readonly middlewares?: number;
}

/** A client that is measured, and those who trace it. Each makes a step: a message, or a batch, is sent and handled. */
export interface Contenders {
  /** As row names call it. */
  readonly name: string;

  /** The client's word for sending, in span names. */
  readonly sends: string;

  /** The client alone. */
  bare(traffic: Traffic): Promise<Step>;

  /** Two spans with the attributes that Waybill's have, and nothing else: no client either. */
  floor(): Promise<Step>;

  /** What a careful engineer writes with OpenTelemetry's API for this client, without policy or metrics. For single messages. */
  handWritten(traffic: Traffic): Promise<Step>;

  /** The automatic instrumentation of OpenTelemetry's contributors. */
  contrib(traffic: Traffic): Promise<Step>;

  waybill(traffic: Traffic, setup?: WaybillSetup): Promise<Step>;
}
