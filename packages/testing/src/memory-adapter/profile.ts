import type { PortProfile } from '@waybill/core/adapter';

/** What this adapter tells core about itself. */
export const profile: PortProfile = {
  name: '@waybill/testing',
  version: '0.1.0',
  system: 'memory',
  operations: { send: 'send', receive: 'receive', process: 'process' },
  rival: 'Leave that instrumentation out.',
};
