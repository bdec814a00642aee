// An application whose handler rejects, with nobody to handle that. It tells what reaches the process.
const { connect } = require('amqplib');
const { context } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { SimpleSpanProcessor, InMemorySpanExporter, TracerProvider } = require('@opentelemetry/sdk-trace');
const { createWaybill } = require('@waybill/core');
const { traceConnection } = require('@waybill/amqplib');

const [, , kind] = process.argv;
const seen = [];
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
process.on('unhandledRejection', (error) => seen.push(`unhandled: ${error.name}: ${error.message}`));

async function main() {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const bare = await connect(process.env.WAYBILL_RABBITMQ_URL);
  const connection = kind === 'traced' ? traceConnection(bare, createWaybill({ tracerProvider })) : bare;
  const channel = await connection.createChannel();
  for (const event of ['close', 'error']) channel.on(event, () => seen.push(event));
  const { queue } = await channel.assertQueue('', { exclusive: true });
  channel.sendToQueue(queue, Buffer.from('one'));
  const handled = new Promise((resolve) => {
    channel.consume(queue, async () => {
      setImmediate(resolve);
      throw new RangeError('no stock');
    });
  });
  await handled;
  await new Promise(setImmediate);
  const spans = exporter
    .getFinishedSpans()
    .filter(({ name }) => name.startsWith('process'))
    .map(({ status }) => status.message);
  await connection.close();
  console.log(JSON.stringify({ seen, spans }));
}

main();
