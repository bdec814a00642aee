import { describeAdapter } from '../src/conformance/index.ts';
import { harness } from './harness.ts';

describeAdapter(harness);
