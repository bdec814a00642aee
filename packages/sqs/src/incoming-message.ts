import type { Message } from '@aws-sdk/client-sqs';
import type { Attributes } from '@opentelemetry/api';
import {
  BaseIncomingMessage,
  type HeaderFormat,
  HeaderReader,
  type HeaderValue,
  type ReadableHeaders,
} from '@waybill/core/adapter';
import { envelopeHeaders } from './envelope.ts';
import { attributeFormat } from './outgoing-message.ts';
import { addressOf, type Queue } from './queue.ts';
import { traceparentOf, xrayAttribute } from './xray-header.ts';

/** What SQS says of a message, in whichever shape it comes. */
export interface MessageFacts<V = unknown> {
  /** The message as the application gets it. */
  readonly native: object;
  readonly id: string | undefined;
  readonly receipt: string | undefined;

  /** What SQS itself says of it, such as `SentTimestamp`. */
  readonly systemAttributes: Readonly<Record<string, string | undefined>> | undefined;

  /** What its sender says of it. */
  readonly messageAttributes: Readonly<Record<string, V>> | undefined;

  readonly body: unknown;

  /** Whether it is the event of a function. */
  readonly isInvocation: boolean;

  /** How the shape keeps a message attribute. */
  readonly format: HeaderFormat<V>;
}

/** A message that was received from a queue. */
export class SqsIncomingMessage extends BaseIncomingMessage<object> {
  readonly id: string | undefined;
  readonly sentAt: number | undefined;
  readonly sentAtSource = 'SentTimestamp';
  readonly attempt: number | undefined;
  readonly receipt: string | undefined;
  readonly orderingKey: string | undefined;
  readonly isInvocation: boolean;
  readonly describe: (attributes: Attributes) => void;
  readonly #facts: MessageFacts<never>;
  #envelope: { readonly format: string; readonly maxBytes: number } | undefined;

  constructor(queue: Queue, facts: MessageFacts<never>) {
    const { SentTimestamp, ApproximateReceiveCount, MessageGroupId } = facts.systemAttributes ?? {};
    super(facts.native, queue.name);
    this.describe = addressOf(queue).describe;
    this.id = facts.id;
    this.sentAt = SentTimestamp === undefined ? undefined : Number(SentTimestamp);
    this.attempt = ApproximateReceiveCount === undefined ? undefined : Number(ApproximateReceiveCount);
    this.receipt = facts.receipt;
    this.isInvocation = facts.isInvocation;
    this.orderingKey =
      queue.fifo && MessageGroupId !== undefined ? `${queue.url ?? queue.name} ${MessageGroupId}` : undefined;
    this.#facts = facts;
  }

  openEnvelope(format: string, maxBytes: number): void {
    this.#envelope = { format, maxBytes };
  }

  /** Where the message has no context of its own, the headers in its envelope are its headers. */
  protected readHeaders(): ReadableHeaders {
    const { messageAttributes, format, systemAttributes, body } = this.#facts;
    const own = new SqsHeaders(messageAttributes, format, systemAttributes?.[xrayAttribute]);
    const envelope = this.#envelope;
    if (envelope === undefined || own.get('traceparent') !== undefined) return own;
    return envelopeHeaders(body, envelope.format, envelope.maxBytes) ?? own;
  }
}

/** A message as `ReceiveMessage` of the AWS SDK returns it. */
export function receivedMessage(queue: Queue, native: Message): SqsIncomingMessage {
  return new SqsIncomingMessage(queue, {
    native,
    id: native.MessageId,
    receipt: native.ReceiptHandle,
    systemAttributes: native.Attributes,
    messageAttributes: native.MessageAttributes,
    body: native.Body,
    isInvocation: false,
    format: attributeFormat,
  } as MessageFacts<never>);
}

/**
 * Message attributes. Where there is no `traceparent` among them, X-Ray's context stands in, if X-Ray records its trace: with one that
 * it does not record, a sampler that follows the sender would record nothing either. Asked for by its own name it is read in any case.
 */
class SqsHeaders<V> extends HeaderReader<V> {
  readonly #xray: string | undefined;

  constructor(
    attributes: Readonly<Record<string, V>> | undefined,
    format: HeaderFormat<V>,
    xray: string | undefined,
  ) {
    super(attributes, format);
    this.#xray = xray;
  }

  override get(name: string): HeaderValue {
    const own = super.get(name);
    if (own !== undefined || this.#xray === undefined) return own;
    if (name === 'traceparent') return traceparentOf(this.#xray, 'sampled');
    return name === 'awstraceheader' ? traceparentOf(this.#xray, 'any') : undefined;
  }
}
