import { overrideMethod, type Port } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';
import { MemoryIncomingMessage } from './incoming-message.ts';

/** Traces what a broker's client fetches. `processMessage` gives each message its span. */
export function traceReceiving(broker: MemoryBroker, port: Port): void {
  overrideMethod(
    broker,
    'receive',
    (receive) => async (queue, max) =>
      port.receive({
        destination: queue,
        subject: queue,
        invoke: () => receive.call(broker, queue, max),
        messages: (messages) => messages.map((message) => new MemoryIncomingMessage(message)),
      }),
  );
}
