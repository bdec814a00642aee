import {
  overrideMethod,
  type Traceable,
  traceInner,
  traceOnce,
  type Waybill,
  wrongUse,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import type { KafkaProducer, KafkaSender } from './kafka-client.ts';
import type { KafkaProducerOptions } from './kafka-tracing-options.ts';
import { traceSender } from './publish.ts';

/**
 * Traces a producer: every message it sends, in a transaction or not, carries the trace context and the baggage that are
 * active at the call. The messages that are passed in are not changed. What is added gives way where a topic would not take it:
 * see {@link KafkaProducerOptions.maxMessageBytes}.
 *
 * @returns the same producer.
 * @throws {WaybillError} `WAYBILL_WRONG_CLIENT`, `WAYBILL_NOT_A_WAYBILL` or `WAYBILL_INVALID_OPTION` if the producer, the Waybill or an
 * option is none; the producer stays as it was.
 *
 * @example
 * const producer = traceProducer(kafka.producer(), waybill);
 * await producer.send({ topic: 'orders', messages: [{ value: 'one' }] });
 */
export function traceProducer<P extends KafkaProducer>(
  producer: P,
  waybill: Waybill,
  options: KafkaProducerOptions = {},
): P {
  return traceOnce(producer, waybill, adapterInfo, traceable, (instrumenter) => {
    checkLimit(options.maxMessageBytes);
    const client: KafkaProducer = producer;
    traceSender(client, instrumenter, options);
    if (typeof client.transaction !== 'function') return;
    overrideMethod(client, 'transaction', (_original, bare) => async () => {
      const transaction = (await bare.call(client)) as KafkaSender;
      return traceInner(transaction, waybill, adapterInfo, () =>
        traceSender(transaction, instrumenter, options),
      );
    });
  });
}

const traceable: Traceable = {
  by: 'traceProducer',
  wanted: 'a producer of kafkajs',
  from: 'new Kafka().producer()',
  methods: ['send', 'sendBatch'],
};

function checkLimit(bytes: number | undefined): void {
  if (bytes === undefined || (typeof bytes === 'number' && bytes > 0)) return;
  throw wrongUse(
    'WAYBILL_INVALID_OPTION',
    'traceProducer: options.maxMessageBytes',
    bytes,
    'is not a number of bytes. Write the max.message.bytes of your topics, such as 1_048_588.',
  );
}
