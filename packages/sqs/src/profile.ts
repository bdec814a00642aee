import type { PortProfile } from '@waybill/core/adapter';

/** What this adapter tells core about itself. */
export const profile: PortProfile = {
  name: '@waybill/sqs',
  version: '0.1.0',
  system: 'aws.sqs',
  operations: { send: 'send', receive: 'receive', process: 'process' },
  rival: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS=aws-sdk',
};
