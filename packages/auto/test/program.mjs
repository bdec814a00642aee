// An application of ES modules. It imports Waybill only if it is told to wrap its clients by itself.
import exchanges from './exchanges.cjs';
import { report } from './telemetry.cjs';

const [, , client, name, how] = process.argv;
const modules = {
  kafkajs: ['kafkajs'],
  amqplib: ['amqplib', 'amqplib/callback_api'],
  bullmq: ['bullmq'],
  sqs: ['@aws-sdk/client-sqs'],
}[client];
const clients = {};
for (const module of modules) clients[module] = await import(module);
const wrap =
  how === 'wrapped' ? (await import('./wrap.cjs')).wrapWithWaybill() : (await import('./wrap.cjs')).leaveBare;
await exchanges[client](clients, wrap, name);
report();
