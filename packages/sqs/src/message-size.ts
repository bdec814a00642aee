import type { MessageAttributeValue, SendMessageRequest } from '@aws-sdk/client-sqs';

/** The attributes of its own that SQS lets a message have. */
export const mostAttributes = 10;

/** The bytes that SQS takes in one request: a message, or all messages of a batch, with their attributes. */
export const mostBytes = 1_048_576;

type Sized = Pick<SendMessageRequest, 'MessageBody' | 'MessageAttributes'>;

/** The bytes of a message, as SQS counts them: its body, and the name, type and value of each attribute. */
export function messageSize({ MessageBody, MessageAttributes }: Sized): number {
  const attributes = Object.entries(MessageAttributes ?? {});
  return attributes.reduce((sum, [name, value]) => sum + attributeSize(name, value), bytesOf(MessageBody));
}

/** The bytes that an attribute adds to its message; none if there is no such attribute. */
export function attributeSize(name: string, value: MessageAttributeValue | undefined): number {
  if (value === undefined || value === null) return 0;
  return bytesOf(name) + bytesOf(value.DataType) + bytesOf(value.StringValue) + bytesOf(value.BinaryValue);
}

/** SQS refuses values that are neither text nor bytes. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return ArrayBuffer.isView(value) ? value.byteLength : 0;
}

/** The room for the messages of one request to grow, calculated when first needed. */
export class ByteBudget {
  readonly #messages: readonly Sized[];
  #share: number | undefined;

  constructor(messages: readonly Sized[]) {
    this.#messages = messages;
  }

  /** The bytes that each message may grow by. All have the same, so the baggage of one never costs another its traceparent. */
  get share(): number {
    this.#share ??= Math.floor(
      this.#messages.reduce((left, message) => left - messageSize(message), mostBytes) /
        this.#messages.length,
    );
    return this.#share;
  }
}
