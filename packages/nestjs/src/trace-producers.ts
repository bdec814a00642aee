import type { Waybill } from '@waybill/core';
import { overrideMethod } from '@waybill/core/adapter';
import {
  type KafkaConsumer,
  type KafkaProducer,
  type KafkaProducerOptions,
  traceProducer,
} from '@waybill/kafkajs';

/** What is overridden of a `Kafka` of kafkajs. */
export interface KafkaMaker {
  producer(...args: never[]): KafkaProducer;
  consumer(...args: never[]): KafkaConsumer;
}

/** Traces every producer that a `Kafka` makes. */
export function traceProducers(kafka: KafkaMaker, waybill: Waybill, options: KafkaProducerOptions): void {
  overrideMethod(
    kafka,
    'producer',
    (original) =>
      (...args) =>
        traceProducer(original.apply(kafka, args), waybill, options),
  );
}
