import type { AdapterInfo } from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };
import { envelopeFormats } from './envelope.ts';

/** What this adapter tells core about itself. */
export const adapterInfo: AdapterInfo = {
  name: '@waybill/sqs',
  version: manifest.version,
  system: 'aws.sqs',
  operations: { send: 'send', receive: 'receive', process: 'process' },
  envelopes: envelopeFormats,
  otherInstrumentation:
    'Leave @opentelemetry/instrumentation-aws-sdk out, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=aws-sdk where it comes with the automatic instrumentations.',
  sentryIntegration: 'Aws',
};

/** The attributes of this broker. Semantic conventions 1.45, AWS SQS. */
export const sqsAttribute = {
  queueUrl: 'aws.sqs.queue.url',
} as const;
