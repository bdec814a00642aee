import { describeAdapter } from '@waybill/testing/conformance';
import { harness } from './harness.ts';

describeAdapter(harness);
