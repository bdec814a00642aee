import { describeAdapter } from '@waybill/testing/conformance';
import * as lowest from 'bullmq-lowest';
import { type Bullmq, bullmqHarness } from './harness.ts';
import { slot } from './slot-harness.ts';

// Its types are those of its time; what the harness uses of it is what later ones have.
const client = lowest as unknown as Bullmq;

describeAdapter(bullmqHarness(client, 'bullmq (5.34.0)'));
describeAdapter(bullmqHarness(client, 'bullmq-slot (5.34.0)', slot));
