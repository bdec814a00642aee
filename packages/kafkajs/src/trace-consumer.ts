import { overrideMethod, type Traceable, traceOnce, type Waybill } from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import { tracedHandlers } from './consume.ts';
import type { KafkaConsumer, RunConfig } from './kafka-client.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import { RecordSources } from './record-source.ts';

/**
 * Traces a consumer: `eachMessage` runs in a span that is a child of its message's trace or links to it, as the policy
 * says, with the message's baggage. `eachBatch` runs in a span that links to every message; `processMessage` gives each of
 * them a span, with its own timing and baggage, inside.
 *
 * @returns the same consumer.
 * @throws {WaybillError} `WAYBILL_WRONG_CLIENT` or `WAYBILL_NOT_A_WAYBILL` if the consumer or the Waybill is not one; the consumer stays as it was.
 *
 * @example
 * const consumer = traceConsumer(kafka.consumer({ groupId: 'shipping' }), waybill);
 * await consumer.subscribe({ topics: ['orders'] });
 * await consumer.run({ eachMessage: async ({ message }) => ship(message.value) });
 *
 * @example
 * await consumer.run({
 *   eachBatch: async ({ batch, resolveOffset }) => {
 *     for (const message of batch.messages) {
 *       await processMessage(message, ({ value }) => ship(value));
 *       resolveOffset(message.offset);
 *     }
 *   },
 * });
 */
export function traceConsumer<C extends KafkaConsumer>(
  consumer: C,
  waybill: Waybill,
  options: KafkaTracingOptions = {},
): C {
  return traceOnce(consumer, waybill, adapterInfo, traceable, (instrumenter) => {
    const client: KafkaConsumer<RunConfig> = consumer;
    const sources = new RecordSources(instrumenter);
    overrideMethod(client, 'run', (original, bare) => (config) => {
      const run = instrumenter.isIdle ? original : bare;
      return run.call(client, config && tracedHandlers(config, instrumenter, sources, options));
    });
    if (typeof client.disconnect === 'function') {
      overrideMethod(client, 'disconnect', (_original, bare) => async () => {
        try {
          return await bare.call(client);
        } finally {
          sources.left();
        }
      });
    }
    // Clients that only have the methods of kafkajs have no events.
    if (client.events === undefined) return;
    client.on?.(client.events.GROUP_JOIN, ({ payload }) => {
      sources.joined(payload.groupId, payload.memberAssignment);
    });
  });
}

const traceable: Traceable = {
  by: 'traceConsumer',
  wanted: 'a consumer of kafkajs',
  from: 'new Kafka().consumer()',
  methods: ['run'],
};
