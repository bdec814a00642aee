export { type ProcessMessagesOptions, processMessage, processMessages } from '@waybill/core/adapter';
export { traceSqsClient } from './trace-sqs-client.ts';
