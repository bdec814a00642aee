export {
  type ProcessMessagesOptions,
  processMessage,
  processMessages,
  settleMessages,
} from '@waybill/core/adapter';
export type { AmqpChannel } from './amqp-channel.ts';
export { type RascalBroker, traceRascalBroker } from './rascal/trace-rascal-broker.ts';
export { type AmqpTracingOptions, traceChannel } from './trace-channel.ts';
export { type AmqpChannelWrapper, traceAmqpChannelWrapper } from './trace-channel-wrapper.ts';
export { type AmqpConnection, traceConnection } from './trace-connection.ts';
export { type AmqpConnectionManager, traceAmqpConnectionManager } from './trace-connection-manager.ts';
