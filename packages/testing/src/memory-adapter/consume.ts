import { overrideMethod, type Port } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';
import { MemoryIncomingMessage } from './incoming-message.ts';

/** Traces what handlers do with messages. A handler gets what the client hands it, and the client what the handler gives. */
export function traceConsuming(broker: MemoryBroker, port: Port): void {
  overrideMethod(
    broker,
    'subscribe',
    (subscribe) => (queue, handler, options) =>
      subscribe.call(
        broker,
        queue,
        (message) => {
          if (port.isIdle) return handler(message);
          const incoming = new MemoryIncomingMessage(message);
          return port.process({ messages: [incoming], batch: false }, () => handler(message));
        },
        options,
      ),
  );

  overrideMethod(
    broker,
    'subscribeBatch',
    (subscribeBatch) => (queue, handler, options) =>
      subscribeBatch.call(
        broker,
        queue,
        (messages) =>
          port.process(
            { messages: messages.map((message) => new MemoryIncomingMessage(message)), batch: true },
            () => handler(messages),
          ),
        options,
      ),
  );
}
