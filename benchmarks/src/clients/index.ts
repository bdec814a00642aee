import { amqplib } from './amqplib/amqplib.ts';
import { bullmq } from './bullmq/bullmq.ts';
import type { Client } from './client.ts';
import { kafkajs } from './kafkajs/kafkajs.ts';
import { lambda } from './sqs/lambda.ts';
import { sqs } from './sqs/sqs.ts';

/** The clients that are measured. */
export const clients: readonly Client[] = [kafkajs, sqs, amqplib, bullmq];

export { amqplib, bullmq, kafkajs, lambda };
