import type { SQSClient } from '@aws-sdk/client-sqs';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import type { Step } from '../../measure/slices.ts';
import type { Contenders, Traffic } from '../contenders.ts';
import { floorOf } from '../floor-of.ts';
import { TRACE_ID } from '../sender.ts';
import { waybillOf } from '../waybill-of.ts';
import { processAttributes, sendAttributes } from './attributes.ts';
import { handWrittenHandle, handWrittenSend } from './hand-written.ts';
import { anotherSdk, bareSdk, type Handle, type Sdk, type Send } from './sdk.ts';
import { sqsService } from './sqs-service.ts';

/** The AWS SDK: `SendMessage`, `ReceiveMessage`, and a handler. */
export const sqs: Contenders = {
  name: 'sqs',
  sends: 'send',

  async bare(traffic) {
    const sdk = bareSdk();
    return hop(sdk, new sdk.SQSClient(sqsService()), traffic);
  },

  async floor() {
    return floorOf(
      'send orders',
      () => ({ ...sendAttributes(), 'messaging.message.id': 'one' }),
      () => processAttributes('one', 1, TRACE_ID, 0.001),
    );
  },

  async handWritten(traffic) {
    const sdk = bareSdk();
    const client = new sdk.SQSClient(sqsService());
    const traced = { send: handWrittenSend(sdk, client), handle: handWrittenHandle(handler) };
    return hop(sdk, client, traffic, { ...traced, asked: ['traceparent', 'tracestate', 'baggage'] });
  },

  async contrib(traffic) {
    registerInstrumentations({ instrumentations: [new AwsInstrumentation()] });
    const patched = anotherSdk();
    return hop(patched, new patched.SQSClient(sqsService()), traffic);
  },

  async waybill(traffic, setup) {
    const sdk = bareSdk();
    const client = traceSqsClient(new sdk.SQSClient(sqsService()), waybillOf(setup));
    return hop(sdk, client, traffic, { handle: (message) => processMessage(message, handler) });
  },
};

const handler = async (): Promise<void> => undefined;

function hop(
  sdk: Sdk,
  client: SQSClient,
  { queues = 1 }: Traffic,
  traced: { readonly send?: Send; readonly handle?: Handle; readonly asked?: string[] } = {},
): Step {
  const { handle = handler, asked } = traced;
  const send: Send = traced.send ?? ((input) => client.send(new sdk.SendMessageCommand(input)));
  const system = { MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'] } as const;
  let turn = 0;
  return async () => {
    const queue = queues === 1 ? 'orders' : `orders-${turn++ % queues}`;
    const QueueUrl = `http://127.0.0.1:1/000000000000/${queue}`;
    await send({ QueueUrl, MessageBody: 'one' });
    const receive = { QueueUrl, ...(asked && { MessageAttributeNames: asked, ...system }) };
    const command = new sdk.ReceiveMessageCommand(receive as { QueueUrl: string });
    const { Messages = [] } = await client.send(command);
    for (const message of Messages) await handle(message);
  };
}
