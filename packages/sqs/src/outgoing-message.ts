import type { MessageAttributeValue, SendMessageRequest } from '@aws-sdk/client-sqs';
import type { Attributes } from '@opentelemetry/api';
import {
  BaseMessage,
  copyWith,
  type HeaderFormat,
  HeaderRecord,
  type HeaderRefusal,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import { attributeSize, type ByteBudget, mostAttributes } from './message-size.ts';
import { addressOf, type Queue } from './queue.ts';

/** One message of a request to send: `SendMessage` itself, or an entry of `SendMessageBatch`. */
type SentMessage = Pick<SendMessageRequest, 'MessageBody' | 'MessageAttributes'>;

/** Message attributes, read as text or bytes and written as text. */
export const attributeFormat: HeaderFormat<MessageAttributeValue> = {
  read: (value) => value?.StringValue ?? value?.BinaryValue,
  write: (text) => ({ DataType: 'String', StringValue: text }),
};

/** A message on its way to a queue. */
export class SqsOutgoingMessage<T extends SentMessage> extends BaseMessage<T> implements OutgoingMessage {
  readonly headers: SqsOutgoingHeaders;
  readonly describe: (attributes: Attributes) => void;

  constructor(queue: Queue, native: T, budget: ByteBudget) {
    const { destination, queueKey, describe } = addressOf(queue);
    super(native, destination, queueKey);
    this.describe = describe;
    this.headers = new SqsOutgoingHeaders(native.MessageAttributes, budget);
  }

  /** The message for the SDK, with the written attributes. */
  get copy(): T {
    const { written } = this.headers;
    if (written === undefined) return this.native;
    return copyWith<SentMessage>(this.native, { MessageAttributes: written }) as T;
  }
}

/** Headers are message attributes. SQS accepts ten, and none without a value. */
class SqsOutgoingHeaders extends HeaderRecord<MessageAttributeValue> {
  readonly #budget: ByteBudget;
  #growth = 0;

  constructor(attributes: SentMessage['MessageAttributes'], budget: ByteBudget) {
    super(attributes, attributeFormat);
    this.#budget = budget;
  }

  override set(name: string, text: string): HeaderRefusal | undefined {
    if (text === '') return 'empty';
    const replaced = this.raw(name);
    if (replaced === undefined && this.names().length >= mostAttributes) return 'limit';
    const added =
      attributeSize(name, { DataType: 'String', StringValue: text }) - attributeSize(name, replaced);
    if (added > 0 && this.#growth + added > this.#budget.share) return 'limit';
    this.#growth += added;
    return super.set(name, text);
  }

  override delete(name: string): void {
    this.#growth -= attributeSize(name, this.raw(name));
    super.delete(name);
  }
}
