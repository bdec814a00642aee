import { overrideMethod, type Port } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';

/** Traces how messages are settled, each call of which waits for the broker. */
export function traceSettling(broker: MemoryBroker, port: Port): void {
  for (const operation of ['ack', 'release'] as const) {
    overrideMethod(
      broker,
      operation,
      (settle) => async (message) =>
        port.settle({
          operation,
          destination: message.queue,
          subject: message.queue,
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
      port.settle({
        operation: 'ack',
        destination: queue,
        subject: queue,
        receipts: messages.map(({ receipt }) => receipt),
        batch: true,
        invoke: () => ackBatch.call(broker, queue, messages),
        failures: (results) => results.flatMap(({ error }) => error ?? []),
      }),
  );
}
