// An application that knows nothing of Waybill.
import { SQSClient } from '@aws-sdk/client-sqs';
import { Kafka, logLevel } from 'kafkajs';

const producer = new Kafka({ brokers: ['none:9092'], logLevel: logLevel.NOTHING }).producer();
console.log(...[new SQSClient(), producer].map((client) => Symbol.for('waybill.traced') in client));
