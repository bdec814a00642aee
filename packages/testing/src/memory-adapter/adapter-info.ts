import type { AdapterInfo } from '@waybill/core/adapter';
import manifest from '../../package.json' with { type: 'json' };

/** What this adapter tells core about itself. */
export const adapterInfo: AdapterInfo = {
  name: '@waybill/testing',
  version: manifest.version,
  system: 'memory',
  operations: { send: 'send', receive: 'receive', process: 'process' },
  otherInstrumentation: 'Leave that instrumentation out.',
};
