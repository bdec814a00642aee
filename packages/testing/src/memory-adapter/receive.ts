import { type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';
import { MemoryIncomingMessage } from './incoming-message.ts';

/** Traces what a broker's client fetches. `processMessage` gives each message its span. */
export function traceReceiving(broker: MemoryBroker, instrumenter: Instrumenter): void {
  overrideMethod(
    broker,
    'receive',
    (receive) => async (queue, max) =>
      instrumenter.receive({
        destination: queue,
        queueKey: queue,
        invoke: () => receive.call(broker, queue, max),
        messages: (messages) => messages.map((message) => new MemoryIncomingMessage(message)),
      }),
  );
}
