export {
  type ProcessMessagesOptions,
  processMessage,
  processMessages,
  settleMessages,
} from '@waybill/core/adapter';
export { traceSqsClient } from './trace-sqs-client.ts';
