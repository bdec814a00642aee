import { overrideMethod, type Traceable, traceInner, traceOnce, type Waybill } from '@waybill/core/adapter';
import type { Producer } from 'kafkajs';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import { profile } from './profile.ts';
import { traceSender } from './publish.ts';

/**
 * Traces a producer: every message it sends, in a transaction or not, carries the trace context and the baggage that are
 * active at the call. The messages that are passed in are not changed.
 *
 * @returns the same producer.
 *
 * @example
 * const producer = traceProducer(kafka.producer(), waybill);
 * await producer.send({ topic: 'orders', messages: [{ value: 'one' }] });
 */
export function traceProducer<P extends Producer>(
  producer: P,
  waybill: Waybill,
  options: KafkaTracingOptions = {},
): P {
  return traceOnce(producer, waybill, profile, traceable, (port) => {
    const client: Producer = producer;
    traceSender(client, port, options);
    overrideMethod(client, 'transaction', (_original, bare) => async () => {
      const transaction = await bare.call(client);
      return traceInner(transaction, waybill, profile, () => traceSender(transaction, port, options));
    });
  });
}

const traceable: Traceable = {
  by: 'traceProducer',
  wanted: 'a producer of kafkajs',
  from: 'new Kafka().producer()',
  methods: ['send', 'sendBatch', 'transaction'],
};
