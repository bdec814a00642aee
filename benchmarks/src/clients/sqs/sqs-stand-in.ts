import type { SQSClientConfig } from '@aws-sdk/client-sqs';

interface Stored {
  readonly MessageBody?: string;
  readonly MessageAttributes?: Readonly<Record<string, unknown>>;
}

/**
 * SQS without a network: the real client serialises and deserialises; what would go to the wire is answered at once. Signing
 * and checksums are off: they cost ten times what tracing does.
 */
export function sqsStandIn(): SQSClientConfig {
  let stored: Stored = {};
  return {
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    md5: false,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    signer: { sign: async (request) => request },
    requestHandler: {
      async handle({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) {
        if (headers['x-amz-target'] === 'AmazonSQS.SendMessage') {
          stored = JSON.parse(new TextDecoder().decode(body)) as Stored;
          return answer({ MessageId: 'one' });
        }
        return answer({ Messages: [delivered(stored)] });
      },
    } as never,
  };
}

function delivered({ MessageBody, MessageAttributes }: Stored): object {
  const Attributes = { SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' };
  return { MessageId: 'one', ReceiptHandle: 'receipt', Body: MessageBody, Attributes, MessageAttributes };
}

function answer(body: object): object {
  const response = {
    statusCode: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(body)),
  };
  return { response };
}
