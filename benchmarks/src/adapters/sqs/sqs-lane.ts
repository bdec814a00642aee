import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createWaybill } from '@waybill/core';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import { Arrivals } from '../arrivals.ts';
import type { OpenLane } from '../lane.ts';

/** A queue of its own, polled while it is awake. */
export const openSqsLane: OpenLane = async (url, traced) => {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const bare = new SQSClient({ endpoint: url, region: 'us-east-1', credentials });
  const client = traced ? traceSqsClient(bare, createWaybill()) : bare;
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `bench-${randomUUID()}` }));
  const arrivals = new Arrivals();
  const handle = async ({ Body = '' }: { readonly Body?: string | undefined }): Promise<void> =>
    arrivals.tell(Body);
  let awake = false;
  const poll = async (): Promise<void> => {
    while (awake) {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
      const { Messages = [] } = await client.send(receive);
      for (const message of Messages) await (traced ? processMessage(message, handle) : handle(message));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  let polling: Promise<void> | undefined;
  return {
    async trip() {
      const id = randomUUID();
      const handled = arrivals.of(id);
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: id }));
      await handled;
    },
    wake() {
      awake = true;
      polling = poll();
    },
    rest() {
      awake = false;
    },
    async close() {
      await polling;
      client.destroy();
    },
  };
};
