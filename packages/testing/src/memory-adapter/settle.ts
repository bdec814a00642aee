import { type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';

/** Traces how messages are settled, each call of which waits for the broker. */
export function traceSettling(broker: MemoryBroker, instrumenter: Instrumenter): void {
  for (const operation of ['ack', 'release'] as const) {
    overrideMethod(
      broker,
      operation,
      (settle) => async (message) =>
        instrumenter.settle({
          operation,
          destination: message.queue,
          queueKey: message.queue,
          receipts: [message.receipt],
          batch: false,
          invoke: () => settle.call(broker, message),
        }),
    );
  }

  overrideMethod(
    broker,
    'ackBatch',
    (ackBatch) => async (queue, messages) =>
      instrumenter.settle({
        operation: 'ack',
        destination: queue,
        queueKey: queue,
        receipts: messages.map(({ receipt }) => receipt),
        batch: true,
        invoke: () => ackBatch.call(broker, queue, messages),
        failures: (results) => results.flatMap(({ error }) => error ?? []),
      }),
  );
}
