import type { Attributes } from '@opentelemetry/api';
import { attribute, BaseMessage, copyWith, type OutgoingMessage } from '@waybill/core/adapter';
import type { Options } from 'amqplib';
import type { Destination } from './destination.ts';
import { AmqpOutgoingHeaders } from './outgoing-headers.ts';

/** A message on its way to an exchange. Its headers stand among the options of the call. */
export class AmqpOutgoingMessage extends BaseMessage<unknown> implements OutgoingMessage {
  readonly headers: AmqpOutgoingHeaders;
  readonly #destination: Destination;
  readonly #options: Options.Publish | undefined;

  constructor(destination: Destination, native: unknown, options: Options.Publish | undefined) {
    super(native, destination.name, destination.queueKey);
    this.#destination = destination;
    this.#options = options;
    this.headers = new AmqpOutgoingHeaders(options, destination.connection);
  }

  /** The options for amqplib, with what was written. */
  get copy(): Options.Publish | undefined {
    const headers = this.headers.written;
    if (headers === undefined) return this.#options;
    return this.#options === undefined ? { headers } : copyWith(this.#options, { headers });
  }

  describe(attributes: Attributes): void {
    this.#destination.describe(attributes);
  }

  detail(attributes: Attributes): void {
    this.#destination.detail(attributes);
    const { messageId, correlationId } = this.#options ?? {};
    if (typeof messageId === 'string') attributes[attribute.messageId] = messageId;
    if (typeof correlationId === 'string') attributes[attribute.conversationId] = correlationId;
    const delay = this.headers.current?.['x-delay'];
    if (typeof delay === 'number' && delay > 0) attributes[attribute.messageDelay] = delay / 1_000;
  }
}
