import type { MessageAttributeValue, SendMessageRequest } from '@aws-sdk/client-sqs';
import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  HeaderRecord,
  type HeaderRefusal,
  type HeaderValue,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import { attributeSize, type ByteBudget, mostAttributes } from './message-size.ts';
import type { Queue } from './queue.ts';

/** What a request to send says of one message: `SendMessage` itself, or an entry of `SendMessageBatch`. */
type SentMessage = Pick<SendMessageRequest, 'MessageBody' | 'MessageAttributes'>;

/** A message on its way to a queue. Its headers are message attributes, of which SQS takes ten, and none without a value. */
export class SqsOutgoingMessage<T extends SentMessage> implements OutgoingMessage {
  readonly destination: string;
  readonly subject: string;
  readonly native: T;
  readonly #queue: Queue;
  readonly #budget: ByteBudget;
  readonly #attributes: HeaderRecord<MessageAttributeValue>;

  constructor(queue: Queue, native: T, budget: ByteBudget) {
    this.destination = queue.name;
    this.subject = queue.name;
    this.native = native;
    this.#queue = queue;
    this.#budget = budget;
    this.#attributes = new HeaderRecord(native.MessageAttributes);
  }

  /** The message for the SDK, with what was written. */
  get copy(): T {
    const attributes = this.#attributes.current;
    if (attributes === this.native.MessageAttributes || attributes === undefined) return this.native;
    return { ...this.native, MessageAttributes: attributes };
  }

  header(name: string): HeaderValue {
    return attributeText(this.#attributes.get(name));
  }

  headerNames(): string[] {
    return this.#attributes.names();
  }

  setHeader(name: string, value: string): HeaderRefusal | undefined {
    if (value === '') return 'empty';
    const replaced = this.#attributes.get(name);
    if (replaced === undefined && this.headerNames().length >= mostAttributes) return 'limit';
    const written: MessageAttributeValue = { DataType: 'String', StringValue: value };
    const growth = attributeSize(name, written) - this.#sizeOf(name, replaced);
    if (!this.#budget.take(growth)) return 'limit';
    this.#attributes.set(name, written);
    return undefined;
  }

  deleteHeader(name: string): void {
    this.#budget.take(-this.#sizeOf(name, this.#attributes.get(name)));
    this.#attributes.delete(name);
  }

  describe(attributes: Attributes): void {
    attributes[attribute.sqsQueueUrl] = this.#queue.url;
  }

  #sizeOf(name: string, value: MessageAttributeValue | undefined): number {
    return value === undefined ? 0 : attributeSize(name, value);
  }
}

/** The text or the bytes of a message attribute. */
export function attributeText(value: MessageAttributeValue | undefined): HeaderValue {
  return value?.StringValue ?? value?.BinaryValue;
}
