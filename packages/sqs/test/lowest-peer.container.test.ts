import type * as sdk from '@aws-sdk/client-sqs';
import { describeAdapter } from '@waybill/testing/conformance';
import * as lowest from 'client-sqs-lowest';
import { sqsHarness } from './harness.ts';

// Its types are those of its time; what the harness uses of it is what later ones have.
const release = lowest as unknown as typeof sdk;

describeAdapter(sqsHarness(release, 'sqs (@aws-sdk/client-sqs 3.600.0)'));
