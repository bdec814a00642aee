import type { AdapterInfo } from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };

/** What this package tells core about itself. A boundary inside a program is treated like a queue. */
export const adapterInfo: AdapterInfo = {
  name: '@waybill/handoff',
  version: manifest.version,
  system: 'handoff',
  nests: true,
  operations: { send: 'capture', receive: 'receive', process: 'run' },
  otherInstrumentation: 'Leave one of the two out: that instrumentation, or this hand-off.',
};
