import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

/** An SQS that answers over HTTP. */
export interface LocalSqs {
  /** How a client of the AWS SDK reaches it. */
  readonly clientConfig: SQSClientConfig;
  stop(): Promise<void>;
}

/** Starts fauxqs in this process, on a free port of the loopback interface. */
export async function startLocalSqs(): Promise<LocalSqs> {
  const server = buildApp({ logger: false });
  const endpoint = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    clientConfig: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
    },
    stop: () => server.close(),
  };
}
