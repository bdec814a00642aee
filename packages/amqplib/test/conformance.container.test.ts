import { describeAdapter } from '@waybill/testing/conformance';
import * as amqplib from 'amqplib';
import { harness, rabbitmqHarness } from './harness.ts';

describeAdapter(harness);
describeAdapter(rabbitmqHarness(amqplib, 'quorum', 'rabbitmq (quorum queues)'));
