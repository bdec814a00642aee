// An application of CommonJS. It loads Waybill only if it is told to wrap its clients by itself.
const { report } = require('./telemetry.cjs');
const exchanges = require('./exchanges.cjs');
const { leaveBare, wrapWithWaybill } = require('./wrap.cjs');

const [, , client, name, how] = process.argv;
const modules = {
  kafkajs: ['kafkajs'],
  amqplib: ['amqplib', 'amqplib/callback_api'],
  bullmq: ['bullmq'],
  sqs: ['@aws-sdk/client-sqs'],
}[client];

async function main() {
  const clients = Object.fromEntries(modules.map((module) => [module, require(module)]));
  await exchanges[client](clients, how === 'wrapped' ? wrapWithWaybill() : leaveBare, name);
  report();
}

main();
