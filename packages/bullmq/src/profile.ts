import type { PortProfile } from '@waybill/core/adapter';

/** What this adapter tells core about itself. */
export const profile: PortProfile = {
  name: '@waybill/bullmq',
  version: '0.1.0',
  system: 'bullmq',
  operations: { send: 'add', receive: 'getNextJob', process: 'process' },
  rival:
    'no `telemetry` option on queues, flow producers and workers, or OTEL_NODE_DISABLED_INSTRUMENTATIONS=bullmq',
};
