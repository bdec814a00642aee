import * as sdk from '@aws-sdk/client-sqs';
import type { AdapterHarness } from '@waybill/testing/conformance';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { processRecords, traceLambdaHandler } from '../src/index.ts';
import { type Consumer, sqsHarness } from './harness.ts';
import { lambdaEvent } from './lambda-event.ts';

/** What Lambda's event source mapping does: receive, invoke the function, delete what it does not name as failed. */
const invokeFunction: Consumer = async (release, { bare }, queue, handler, signal, waybill) => {
  const { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand } = release;
  const { name, url: QueueUrl } = queue;
  const untraced = (event: SQSEvent) =>
    processRecords(event, (record) => handler(delivered(record)), { concurrency: 10 });
  const invoke = waybill === undefined ? untraced : traceLambdaHandler(untraced, waybill);
  while (!signal.aborted) {
    const { Messages: messages = [] } = await bare.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (messages.length === 0) continue;
    const { batchItemFailures } = await invoke(lambdaEvent(name, messages));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { MessageId = '', ReceiptHandle } of messages) {
      if (failed.has(MessageId))
        await bare.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
        );
      else await bare.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
};

function delivered(record: SQSRecord) {
  return {
    body: record.body,
    header: (name: string) => record.messageAttributes[name]?.stringValue,
    native: record,
  };
}

/** Messages of SQS as a Lambda function gets them. */
export const harness: AdapterHarness = sqsHarness(sdk, 'lambda', invokeFunction);
