import { describeAdapter } from '@waybill/testing/conformance';
import { harness } from './harness.ts';
import { harness as lambda } from './lambda-harness.ts';

describeAdapter(harness);
describeAdapter(lambda);
