import type { MessageAttributeValue, SendMessageRequest } from '@aws-sdk/client-sqs';

/** The attributes of its own that SQS lets a message have. */
export const mostAttributes = 10;

/** The bytes that SQS takes in one request: a message, or all messages of a batch, with their attributes. */
export const mostBytes = 1_048_576;

type Sized = Pick<SendMessageRequest, 'MessageBody' | 'MessageAttributes'>;

/** The bytes of a message, as SQS counts them: its body, and the name, type and value of each attribute. */
export function messageSize({ MessageBody, MessageAttributes }: Sized): number {
  const attributes = Object.entries(MessageAttributes ?? {});
  return attributes.reduce(
    (sum, [name, value]) => sum + attributeSize(name, value),
    Buffer.byteLength(String(MessageBody ?? '')),
  );
}

/** The bytes that an attribute adds to its message. */
export function attributeSize(name: string, value: MessageAttributeValue | undefined): number {
  const bytes = value?.BinaryValue?.byteLength ?? Buffer.byteLength(value?.StringValue ?? '');
  return Buffer.byteLength(name) + Buffer.byteLength(value?.DataType ?? '') + bytes;
}

/** The bytes that the messages of one request may still grow by. */
export class ByteBudget {
  #left: number;

  constructor(messages: readonly Sized[]) {
    this.#left = messages.reduce((left, message) => left - messageSize(message), mostBytes);
  }

  /** Takes bytes, or gives them back with a negative number. Says whether there were enough; if not, none are taken. */
  take(bytes: number): boolean {
    if (bytes > 0 && bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
