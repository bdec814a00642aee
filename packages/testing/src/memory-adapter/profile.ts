import type { PortProfile } from '@waybill/core/adapter';
import manifest from '../../package.json' with { type: 'json' };

/** What this adapter tells core about itself. */
export const profile: PortProfile = {
  name: '@waybill/testing',
  version: manifest.version,
  system: 'memory',
  operations: { send: 'send', receive: 'receive', process: 'process' },
  rival: 'Leave that instrumentation out.',
};
