import { describeAdapter } from '@waybill/testing/conformance';
import { harness } from './harness.ts';
import { harness as slot } from './slot-harness.ts';

describeAdapter(harness);
describeAdapter(slot);
