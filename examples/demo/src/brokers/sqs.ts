import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import type { StartBroker } from '../demo-broker.ts';
import { startLocalSqs } from './local-sqs.ts';

/** The demo on SQS: the AWS SDK as an application uses it. Waybill is in two of its lines. */
export const startSqs: StartBroker = async (waybill, queues) => {
  const server = await startLocalSqs();
  const sqs = traceSqsClient(new SQSClient(server.clientConfig), waybill);

  const queueUrls = new Map<string, string | undefined>();
  for (const queue of queues) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: queue }));
    queueUrls.set(queue, QueueUrl);
  }

  return {
    title: 'Amazon SQS: the AWS SDK, over HTTP, answered by fauxqs in this process',

    async send(queue, body) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrls.get(queue), MessageBody: body }));
    },

    async startWorker(queue, handle) {
      const QueueUrl = queueUrls.get(queue);
      let running = true;
      const poll = async (): Promise<void> => {
        while (running) {
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
          );
          for (const message of Messages) {
            await processMessage(message, ({ Body = '' }) => handle(Body));
            const { ReceiptHandle } = message;
            await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          }
        }
      };
      const polling = poll();
      polling.catch(() => undefined); // Whoever stops the worker is told.
      return {
        stop() {
          running = false;
          return polling;
        },
      };
    },

    async stop() {
      sqs.destroy();
      await server.stop();
    },
  };
};
