export {
  type ProcessMessagesOptions,
  processMessage,
  processMessages,
  settleMessages,
} from '@waybill/core/adapter';
export type { KafkaTracingOptions } from './kafka-tracing-options.ts';
export { traceConsumer } from './trace-consumer.ts';
export { traceProducer } from './trace-producer.ts';
