import { type Traceable, traceOnce, type Waybill } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';
import { adapterInfo } from './adapter-info.ts';
import { traceConsuming } from './consume.ts';
import { tracePublishing } from './publish.ts';
import { traceReceiving } from './receive.ts';
import { traceSettling } from './settle.ts';

/**
 * Traces a broker: messages carry the trace context and the baggage that are active when they are published, and handlers
 * run in a span that is a child of the message's trace or links to it, as the policy says.
 *
 * It is the reference for adapters of real clients, and written as they are.
 *
 * @returns the same broker.
 *
 * @example
 * const broker = traceMemoryBroker(new MemoryBroker(), createWaybill());
 */
export function traceMemoryBroker<B extends MemoryBroker>(broker: B, waybill: Waybill): B {
  return traceOnce(broker, waybill, adapterInfo, traceable, (instrumenter) => {
    tracePublishing(broker, instrumenter);
    traceConsuming(broker, instrumenter);
    traceReceiving(broker, instrumenter);
    traceSettling(broker, instrumenter);
  });
}

const traceable: Traceable = {
  by: 'traceMemoryBroker',
  wanted: 'a MemoryBroker',
  from: 'new MemoryBroker()',
  methods: [
    'publish',
    'publishBatch',
    'subscribe',
    'subscribeBatch',
    'receive',
    'ack',
    'ackBatch',
    'release',
  ],
};
