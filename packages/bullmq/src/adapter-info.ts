import type { AdapterInfo } from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };

/** What this adapter tells core about itself. */
export const adapterInfo: AdapterInfo = {
  name: '@waybill/bullmq',
  version: manifest.version,
  system: 'bullmq',
  operations: { send: 'add', receive: 'getNextJob', process: 'process' },
  otherInstrumentation:
    'Leave the `telemetry` option of queues, flow producers and workers out, and set OTEL_NODE_DISABLED_INSTRUMENTATIONS=bullmq where an automatic instrumentation is used.',
};
