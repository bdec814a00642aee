import { describeAdapter } from '@waybill/testing/conformance';
import * as lowest from 'bullmq-lowest';
import { type Bullmq, bullmqHarness } from './harness.ts';

// Its types are those of its time; what the harness uses of it is what later ones have.
describeAdapter(bullmqHarness(lowest as unknown as Bullmq, 'bullmq (5.34.0)'));
