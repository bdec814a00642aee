export { type NestClientKafka, traceClientKafka } from './trace-client-kafka.ts';
export { type NestServerKafka, traceServerKafka } from './trace-server-kafka.ts';
