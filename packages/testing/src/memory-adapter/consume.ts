import { type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';
import { MemoryIncomingMessage } from './incoming-message.ts';

/** Traces what handlers do with messages. A handler gets what the client hands it, and the client what the handler gives. */
export function traceConsuming(broker: MemoryBroker, instrumenter: Instrumenter): void {
  overrideMethod(
    broker,
    'subscribe',
    (subscribe) => (queue, handler, options) =>
      subscribe.call(
        broker,
        queue,
        (message) => {
          if (instrumenter.isIdle) return handler(message);
          const incoming = new MemoryIncomingMessage(message);
          return instrumenter.process({ messages: [incoming], batch: false }, () => handler(message));
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
          instrumenter.process(
            { messages: messages.map((message) => new MemoryIncomingMessage(message)), batch: true },
            () => handler(messages),
          ),
        options,
      ),
  );
}
