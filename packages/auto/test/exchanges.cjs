// What an application does with each client. `wrap` has what an application with Waybill in its code adds, and nothing in one without.
const { inSpan } = require('./telemetry.cjs');

/** Counts what arrives, so that it can be waited for. */
function arrivals(wanted) {
  let arrive;
  const all = new Promise((resolve) => {
    arrive = () => {
      wanted -= 1;
      if (wanted === 0) resolve();
    };
  });
  return { arrive, all };
}

exports.kafkajs = async ({ kafkajs: { Kafka, logLevel } }, wrap, name) => {
  const kafka = new Kafka({ brokers: process.env.BROKER_URL.split(','), logLevel: logLevel.NOTHING });
  const producer = wrap.producer(kafka.producer());
  const consumer = wrap.consumer(kafka.consumer({ groupId: name }));
  const admin = kafka.admin();
  await Promise.all([producer.connect(), consumer.connect(), admin.connect()]);
  await admin.createTopics({ topics: [{ topic: name }], waitForLeaders: true });
  const { arrive, all } = arrivals(4);
  await inSpan('publish', async () => {
    await producer.send({ topic: name, messages: [{ value: 'one' }] });
    await producer.sendBatch({
      topicMessages: [{ topic: name, messages: [{ value: 'a' }, { value: 'b' }] }],
    });
    await producer.send({ topic: name, messages: [{ value: 'last' }] });
  });
  await consumer.subscribe({ topics: [name], fromBeginning: true });
  await consumer.run({ eachMessage: async () => inSpan('handler', async () => arrive()) });
  await all;
  await Promise.all([consumer.disconnect(), producer.disconnect()]);
  await admin.deleteTopics({ topics: [name] });
  await admin.deleteGroups([name]);
  await admin.disconnect();
};

exports.amqplib = async (clients, wrap, name) => {
  const url = process.env.BROKER_URL;
  const connection = wrap.connection(await clients.amqplib.connect(url));
  for (const create of ['createChannel', 'createConfirmChannel']) {
    await exchangeOver(await connection[create](), `${name}-${create}`);
  }
  await connection.close();

  const other = wrap.connection(
    await new Promise((resolve, reject) => {
      clients['amqplib/callback_api'].connect(url, (error, made) => (error ? reject(error) : resolve(made)));
    }),
  );
  const channel = await new Promise((resolve, reject) => {
    other.createChannel((error, made) => (error ? reject(error) : resolve(made)));
  });
  await exchangeOver(channel, `${name}-callbacks`);
  await new Promise((resolve) => other.close(resolve));

  const recovered = new Promise((resolve, reject) => {
    const setup = async (inner) => {
      const made = await wrap.connection(inner).createChannel();
      await exchangeOver(made, `${name}-recovery`).then(resolve, reject);
    };
    clients.amqplib.connect(url, { recovery: { setup } }).then(async (recovering) => {
      await recovered;
      await wrap.connection(recovering).close();
    });
  });
  await recovered;
};

async function exchangeOver(channel, queue) {
  await channel.assertQueue(queue, { autoDelete: true });
  await inSpan('publish', async () => channel.sendToQueue(queue, Buffer.from('one')));
  const { arrive, all } = arrivals(1);
  channel.consume(queue, async (message) => {
    if (message === null) return;
    await inSpan('handler', async () => channel.ack(message));
    setImmediate(arrive);
  });
  await all;
  await channel.close();
}

exports.bullmq = async ({ bullmq: { FlowProducer, Queue, Worker } }, wrap, name) => {
  const { hostname: host, port } = new URL(process.env.BROKER_URL);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const telemetry = process.env.OWN_TELEMETRY && new (require('bullmq-otel').BullMQOtel)('bullmq-otel');
  const options = { connection, ...(telemetry && { telemetry }) };
  const queue = wrap.queue(new Queue(name, options));
  const flows = wrap.flowProducer(new FlowProducer(options));
  await inSpan('publish', async () => {
    await queue.add('ship', { order: 1 });
    await queue.addBulk([
      { name: 'ship', data: { order: 2 } },
      { name: 'ship', data: { order: 3 } },
    ]);
    await flows.add({ name: 'pack', queueName: name, children: [{ name: 'pick', queueName: name }] });
  });
  const { arrive, all } = arrivals(5);
  const worker = new Worker(
    name,
    wrap.processor(async () => inSpan('handler', async () => undefined)),
    options,
  );
  worker.on('completed', arrive);
  await all;
  await worker.close();
  await queue.obliterate({ force: true });
  await Promise.all([queue.close(), flows.close()]);
};

exports.sqs = async ({ '@aws-sdk/client-sqs': sdk }, wrap, name) => {
  const endpoint = process.env.BROKER_URL;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const settings = { endpoint, region: 'us-east-1', credentials };
  const client = wrap.sqsClient(new sdk.SQSClient(settings));
  const aggregated = wrap.sqsClient(new sdk.SQS(settings));
  const { QueueUrl } = await client.send(new sdk.CreateQueueCommand({ QueueName: name }));
  await inSpan('publish', async () => {
    await client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await aggregated.sendMessage({ QueueUrl, MessageBody: 'two' });
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
    await client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries }));
  });
  for (let received = 0; received < 4; ) {
    const input = { QueueUrl, MaxNumberOfMessages: 1 };
    const { Messages = [] } = await inSpan('poll', () => client.send(new sdk.ReceiveMessageCommand(input)));
    for (const { ReceiptHandle } of Messages) await aggregated.deleteMessage({ QueueUrl, ReceiptHandle });
    received += Messages.length;
  }
  await client.send(new sdk.DeleteQueueCommand({ QueueUrl }));
};
