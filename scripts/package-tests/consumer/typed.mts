import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createWaybill, type Waybill, type WaybillPolicy } from '@waybill/core';
import { processMessage, traceSqsClient } from '@waybill/sqs';

const policy: WaybillPolicy = { linkAfter: '1m', queues: { orders: { relation: 'parent' } } };
const waybill: Waybill = createWaybill({ policy });
const client: SQSClient = traceSqsClient(new SQSClient({}), waybill);

export async function handleAll(QueueUrl: string): Promise<string[]> {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
  return Promise.all(Messages.map((message) => processMessage(message, handle)));
}

async function handle({ Body }: Message): Promise<string> {
  return Body ?? '';
}
