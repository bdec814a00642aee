export {
  type ProcessMessagesOptions,
  processMessage,
  processMessages,
  settleMessages,
} from '@waybill/core/adapter';
export type { KafkaConsumer, KafkaProducer, KafkaSender } from './kafka-client.ts';
export type { KafkaProducerOptions, KafkaTracingOptions } from './kafka-tracing-options.ts';
export { traceConsumer } from './trace-consumer.ts';
export { traceProducer } from './trace-producer.ts';
