import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A Lambda function with partial batch responses. */
export type LambdaFunction = (
  event: object,
  context: object,
) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;

/**
 * Does what Lambda's event source mapping does: it receives a batch, invokes the function with it, deletes the messages that the answer does
 * not name, and has those that it names come again.
 *
 * @returns the number of messages that the function handled for good.
 */
export async function invokeOnce(sqs: SQSClient, QueueUrl: string, invoke: LambdaFunction): Promise<number> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  if (messages.length === 0) return 0;
  const event = { Records: messages.map((message) => recordOf(QueueUrl, message)) };
  const { batchItemFailures } = await invoke(event, invocation());
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { MessageId = '', ReceiptHandle } of messages) {
    if (failed.has(MessageId))
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    else await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return messages.length - failed.size;
}

function recordOf(queueUrl: string, message: Message): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    md5OfBody: message.MD5OfBody,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(
        ([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          {
            dataType: DataType,
            ...(StringValue !== undefined && { stringValue: StringValue }),
            ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
          },
        ],
      ),
    ),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:000000000000:${queueUrl.split('/').at(-1)}`,
    awsRegion: 'eu-west-1',
  };
}

let invocations = 0;

function invocation(): object {
  invocations += 1;
  const deadline = Date.now() + 30_000;
  return {
    functionName: 'ship-orders',
    awsRequestId: `invocation-${invocations}`,
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:ship-orders',
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
