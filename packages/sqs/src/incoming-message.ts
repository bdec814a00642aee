import type { Message } from '@aws-sdk/client-sqs';
import type { Attributes } from '@opentelemetry/api';
import { HeaderReader, type IncomingMessage, type ReadableHeaders } from '@waybill/core/adapter';
import { attributeFormat } from './outgoing-message.ts';
import { addressOf, type Queue } from './queue.ts';

/** A message that was received from a queue. */
export class SqsIncomingMessage implements IncomingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: Message;
  readonly id: string | undefined;
  readonly sentAt: number | undefined;
  readonly sentAtSource = 'SentTimestamp';
  readonly attempt: number | undefined;
  readonly receipt: string | undefined;
  readonly orderingKey: string | undefined;
  readonly describe: (attributes: Attributes) => void;

  constructor(queue: Queue, native: Message) {
    const { SentTimestamp, ApproximateReceiveCount, MessageGroupId } = native.Attributes ?? {};
    const { destination, queueKey, describe } = addressOf(queue);
    this.destination = destination;
    this.queueKey = queueKey;
    this.describe = describe;
    this.native = native;
    this.id = native.MessageId;
    this.sentAt = SentTimestamp === undefined ? undefined : Number(SentTimestamp);
    this.attempt = ApproximateReceiveCount === undefined ? undefined : Number(ApproximateReceiveCount);
    this.receipt = native.ReceiptHandle;
    this.orderingKey =
      queue.fifo && MessageGroupId !== undefined ? `${queue.url} ${MessageGroupId}` : undefined;
  }

  get headers(): ReadableHeaders {
    return new HeaderReader(this.native.MessageAttributes, attributeFormat);
  }
}
