import type { Waybill } from '@waybill/core';
import { overrideMethod, type Traceable } from '@waybill/core/adapter';
import { type KafkaProducerOptions, traceConsumer } from '@waybill/kafkajs';
import { type NestServer, serverMethods, traceHandlers } from './trace-handlers.ts';
import { onClientMade, traceNest } from './trace-nest.ts';
import { type KafkaMaker, traceProducers } from './trace-producers.ts';

/** What is overridden of a `ServerKafka`, so that a class made from it can be traced, too. */
export interface NestServerKafka extends NestServer {}

/**
 * Traces the server of a microservice on Kafka: each message is handled in a span, in which guards, pipes, interceptors, handlers and
 * exception filters run, and which has what they fail with. Replies carry the context that they are sent in.
 *
 * Consumers and producers are traced as by `traceConsumer` and `traceProducer` of `@waybill/kafkajs`.
 *
 * @param options of `traceProducer`, for both.
 * @returns the same server.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is no `ServerKafka`, or listens already.
 *
 * @example
 * const server = traceServerKafka(new ServerKafka({ client: { brokers }, consumer: { groupId: 'shipping' } }), app.get(WAYBILL));
 * app.connectMicroservice({ strategy: server });
 */
export function traceServerKafka<S extends NestServerKafka>(
  server: S,
  waybill: Waybill,
  options: KafkaProducerOptions = {},
): S {
  return traceNest(server, waybill, traceable, () => {
    traceHandlers(server, false);
    onClientMade(server, (client) => {
      const kafka = client as KafkaMaker;
      traceProducers(kafka, waybill, options);
      overrideMethod(
        kafka,
        'consumer',
        (original) =>
          (...args) =>
            traceConsumer(original.apply(kafka, args), waybill, options),
      );
    });
  });
}

const traceable: Traceable = {
  by: 'traceServerKafka',
  wanted: 'a server of Kafka',
  from: 'new ServerKafka() of @nestjs/microservices',
  methods: [...serverMethods, 'getPublisher'],
};
