export { type GolevelupConnection, traceAmqpConnection } from './trace-amqp-connection.ts';
export { type NestClientRMQ, traceClientRMQ } from './trace-client-rmq.ts';
export { type NestServerRMQ, traceServerRMQ } from './trace-server-rmq.ts';
