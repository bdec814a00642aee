import { randomUUID } from 'node:crypto';
import { processMessage } from '@waybill/core';
import type { AdapterHarness, DeliveredMessage, TestMessage } from '../src/conformance/index.ts';
import {
  type MemoryBatchEntry,
  MemoryBroker,
  type DeliveredMessage as MemoryDelivery,
  traceMemoryBroker,
} from '../src/index.ts';

const refusedQueue = 'refused';
const broker = new MemoryBroker({
  refuse: (_message, queue) => (queue === refusedQueue ? new RangeError('The queue is full.') : undefined),
});

/** The in-memory broker for the conformance suite. */
export const harness: AdapterHarness = {
  broker: 'memory',
  system: 'memory',
  excused: {},
  refusedQueue,
  start: async () => undefined,
  stop: async () => undefined,
  createQueue: async () => `conformance-${randomUUID()}`,

  async connect(waybill) {
    const bare = broker.connect();
    const client = waybill === undefined ? bare : traceMemoryBroker(bare, waybill);
    return {
      request: (queue, messages) => request(queue, messages),
      publish: (sent) =>
        Array.isArray(sent)
          ? client.publishBatch(sent)
          : client.publish((sent as MemoryBatchEntry).queue, sent as MemoryBatchEntry),
      async consume(queue, handler) {
        client.subscribe(queue, (message) => handler(delivered(message)), { concurrency: 50 });
      },
      async consumeBatch(queue, handler) {
        client.subscribeBatch(queue, (messages) =>
          handler(messages.map(delivered), ({ native }, run) => processMessage(native, run)),
        );
      },
      close: async () => client.close(),
    };
  },
};

function request(queue: string, messages: readonly TestMessage[]): MemoryBatchEntry | MemoryBatchEntry[] {
  const entries = messages.map(
    ({ body, headers }): MemoryBatchEntry =>
      headers === undefined ? { queue, body } : { queue, body, headers: headers as Record<string, string> },
  );
  const [only, ...others] = entries;
  return only === undefined || others.length > 0 ? entries : only;
}

function delivered(message: MemoryDelivery): DeliveredMessage {
  return {
    body: String(message.body),
    header(name) {
      const value = message.headers[name];
      return value === undefined ? undefined : String(value);
    },
    native: message,
  };
}
