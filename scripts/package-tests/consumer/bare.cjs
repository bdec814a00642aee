// An application that knows nothing of Waybill.
const { SQSClient } = require('@aws-sdk/client-sqs');
const { Kafka, logLevel } = require('kafkajs');

const producer = new Kafka({ brokers: ['none:9092'], logLevel: logLevel.NOTHING }).producer();
console.log(...[new SQSClient(), producer].map((client) => Symbol.for('waybill.traced') in client));
