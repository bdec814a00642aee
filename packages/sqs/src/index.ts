export {
  type ProcessMessagesOptions,
  processMessage,
  processMessages,
  settleMessages,
} from '@waybill/core/adapter';
export {
  type LambdaOptions,
  type ProcessRecordsOptions,
  processRecord,
  processRecords,
  traceLambdaHandler,
  traceRecordHandler,
} from './lambda.ts';
export type { BatchResponse } from './lambda-invocation.ts';
export { type ConsumerOptions, traceConsumerOptions } from './sqs-consumer.ts';
export { traceSqsClient } from './trace-sqs-client.ts';
