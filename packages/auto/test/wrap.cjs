const same = (client) => client;

/** For an application that knows nothing of Waybill. */
exports.leaveBare = {
  producer: same,
  consumer: same,
  connection: same,
  queue: same,
  flowProducer: same,
  processor: same,
  sqsClient: same,
};

/** For an application that hands its clients to Waybill. */
exports.wrapWithWaybill = () => {
  const waybill = require('@waybill/core').createWaybill();
  const { traceConsumer, traceProducer } = require('@waybill/kafkajs');
  const { traceConnection } = require('@waybill/amqplib');
  const { traceFlowProducer, traceProcessor, traceQueue } = require('@waybill/bullmq');
  const { traceSqsClient } = require('@waybill/sqs');
  return {
    producer: (client) => traceProducer(client, waybill),
    consumer: (client) => traceConsumer(client, waybill),
    connection: (client) => traceConnection(client, waybill),
    queue: (client) => traceQueue(client, waybill),
    flowProducer: (client) => traceFlowProducer(client, waybill),
    processor: (client) => traceProcessor(client, waybill),
    sqsClient: (client) => traceSqsClient(client, waybill),
  };
};
