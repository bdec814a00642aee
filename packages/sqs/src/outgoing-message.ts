import type { MessageAttributeValue, SendMessageRequest } from '@aws-sdk/client-sqs';
import type { Attributes } from '@opentelemetry/api';
import {
  copyWith,
  HeaderRecord,
  type HeaderRefusal,
  type HeaderValue,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import { attributeSize, type ByteBudget, mostAttributes } from './message-size.ts';
import { addressOf, type Queue } from './queue.ts';

/** What a request to send says of one message: `SendMessage` itself, or an entry of `SendMessageBatch`. */
type SentMessage = Pick<SendMessageRequest, 'MessageBody' | 'MessageAttributes'>;

/** A message on its way to a queue. Its headers are message attributes, of which SQS takes ten, and none without a value. */
export class SqsOutgoingMessage<T extends SentMessage> implements OutgoingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: T;
  readonly describe: (attributes: Attributes) => void;
  readonly #budget: ByteBudget;
  readonly #attributes: HeaderRecord<MessageAttributeValue>;
  #growth = 0;

  constructor(queue: Queue, native: T, budget: ByteBudget) {
    const { destination, queueKey, describe } = addressOf(queue);
    this.destination = destination;
    this.queueKey = queueKey;
    this.describe = describe;
    this.native = native;
    this.#budget = budget;
    this.#attributes = new HeaderRecord(native.MessageAttributes);
  }

  /** The message for the SDK, with what was written. */
  get copy(): T {
    const { current } = this.#attributes;
    if (current === undefined || current === this.native.MessageAttributes) return this.native;
    return copyWith<SentMessage>(this.native, { MessageAttributes: current }) as T;
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
    const added = attributeSize(name, written) - attributeSize(name, replaced);
    if (added > 0 && this.#growth + added > this.#budget.share) return 'limit';
    this.#growth += added;
    this.#attributes.set(name, written);
    return undefined;
  }

  deleteHeader(name: string): void {
    this.#growth -= attributeSize(name, this.#attributes.get(name));
    this.#attributes.delete(name);
  }
}

/** The text or the bytes of a message attribute. */
export function attributeText(value: MessageAttributeValue | undefined): HeaderValue {
  return value?.StringValue ?? value?.BinaryValue;
}
