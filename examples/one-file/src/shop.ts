import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { processMessages } from '@waybill/sqs';

/** Sends a message to a queue of its own, receives it, and handles it. Gives what it said. */
export async function sendAndHandle(sqs: SQSClient, queue: string): Promise<string | undefined> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: queue }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `a message for ${queue}` }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  let body: string | undefined;
  await processMessages(Messages, async ({ Body, ReceiptHandle }) => {
    body = Body;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  });
  return body;
}
