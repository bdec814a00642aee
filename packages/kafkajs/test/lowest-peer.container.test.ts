import { describeAdapter } from '@waybill/testing/conformance';
import * as lowest from 'kafkajs-lowest';
import { kafkaHarness } from './harness.ts';

// Its types are those of its time; what the harness uses of it is what later ones have.
const { Kafka } = lowest as unknown as typeof import('kafkajs');

describeAdapter(kafkaHarness(Kafka, 'kafka (kafkajs 2.2.0)'));
