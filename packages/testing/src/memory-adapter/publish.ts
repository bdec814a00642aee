import { type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { MemoryBroker } from '../memory-broker/memory-broker.ts';
import { MemoryOutgoingMessage } from './outgoing-message.ts';

/** Traces what a broker's client publishes. The caller's messages are not touched: the client gets copies. */
export function tracePublishing(broker: MemoryBroker, instrumenter: Instrumenter): void {
  overrideMethod(broker, 'publish', (publish) => async (queue, message) => {
    if (instrumenter.isIdle) return publish.call(broker, queue, message);
    const outgoing = new MemoryOutgoingMessage(queue, message, broker.headerLimits);
    return instrumenter.publish({
      messages: [outgoing],
      batch: false,
      completes: 'promise',
      invoke: () => publish.call(broker, queue, outgoing.copy),
      outcome: ({ id }, each) => each(0, id),
    });
  });

  overrideMethod(broker, 'publishBatch', (publishBatch) => async (entries) => {
    if (instrumenter.isIdle) return publishBatch.call(broker, entries);
    const outgoing = entries.map(
      (entry) => new MemoryOutgoingMessage(entry.queue, entry, broker.headerLimits),
    );
    return instrumenter.publish({
      messages: outgoing,
      batch: true,
      completes: 'promise',
      invoke: () =>
        publishBatch.call(
          broker,
          outgoing.map(({ destination: queue, copy }) => ({ queue, ...copy })),
        ),
      outcome: (results, each) => {
        for (const [index, { id, error }] of results.entries()) each(index, id, error);
      },
    });
  });
}
