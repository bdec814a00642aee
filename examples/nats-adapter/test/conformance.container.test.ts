import { describeAdapter } from '@waybill/testing/conformance';
import { callbackHarness, harness } from './harness.ts';

describeAdapter(harness);
describeAdapter(callbackHarness);
