import { createRequire } from 'node:module';
import { describeAdapter } from '@waybill/testing/conformance';
import { type Amqplib, rabbitmqHarness } from './harness.ts';

// It has no types of its own; what the harness uses of it is what later ones have.
const lowest: Amqplib = createRequire(import.meta.url)('amqplib-lowest');

describeAdapter(rabbitmqHarness(lowest, 'classic', 'rabbitmq (amqplib 0.10.0)'));
