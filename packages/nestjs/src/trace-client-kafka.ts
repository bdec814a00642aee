import type { Waybill } from '@waybill/core';
import type { Traceable } from '@waybill/core/adapter';
import type { KafkaProducerOptions } from '@waybill/kafkajs';
import { answerInCallersContext } from './answer-in-callers-context.ts';
import { type ClientMaker, onClientMade, traceNest } from './trace-nest.ts';
import { type KafkaMaker, traceProducers } from './trace-producers.ts';

/** What is overridden of a `ClientKafka`, so that a class made from it can be traced, too. */
export interface NestClientKafka extends ClientMaker {
  subscribeToResponseOf(pattern: never): void;
}

/**
 * Traces a client of microservices on Kafka: what it emits and sends carries the trace context and the baggage that are active when `emit`
 * is called, or when the stream of `send` is subscribed to. Replies reach their subscribers in that context, and have no spans.
 *
 * `WaybillModule` does this for clients that are providers.
 *
 * @param options of `traceProducer` of `@waybill/kafkajs`.
 * @returns the same client.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is no `ClientKafka`, or is connected already.
 *
 * @example
 * const client = traceClientKafka(new ClientKafka({ client: { brokers } }), waybill);
 * client.emit('orders', { id: 1 });
 */
export function traceClientKafka<C extends NestClientKafka>(
  client: C,
  waybill: Waybill,
  options: KafkaProducerOptions = {},
): C {
  return traceNest(client, waybill, traceable, () => {
    answerInCallersContext(client);
    onClientMade(client, (kafka) => traceProducers(kafka as KafkaMaker, waybill, options));
  });
}

const traceable: Traceable = {
  by: 'traceClientKafka',
  wanted: 'a client of Kafka',
  from: 'new ClientKafka() of @nestjs/microservices',
  methods: ['createClient', 'publish', 'subscribeToResponseOf'],
};
