import type { HeaderCarrier, MessageHeaders } from './headers.ts';

/** A message that was delivered, as relation functions and consume middleware see it. */
export interface MessageView extends HeaderCarrier {
  /** Where it came from, as span names spell it: `orders`, or `exchange:key:queue` for RabbitMQ. */
  readonly destination: string;

  /** What policy rules, middleware patterns and metrics go by: a queue, a topic or an exchange. */
  readonly queueKey: string;

  /** The message as the client delivered it. To be read only. */
  readonly native: unknown;

  /** The broker's id of the message; `undefined` where it has none. */
  readonly id?: string | undefined;

  /** When it was published according to the broker, in ms since the epoch; `undefined` where the broker does not say. */
  readonly sentAt?: number | undefined;

  /** How long the sender wanted it to wait, in ms. Default: not at all. */
  readonly delay?: number | undefined;

  /**
   * Until when the sender wanted it to wait, in ms since the epoch, where the broker tells a time and no {@link delay}. Default: not
   * known.
   */
  readonly dueAt?: number | undefined;

  /** Which delivery of the message this is, from 1; `undefined` where the broker does not count. */
  readonly attempt?: number | undefined;

  /** Whether a schedule made this message, and will make more. Default `false`. */
  readonly recurring?: boolean | undefined;
}

/** A message on its way to a broker, as publish middleware sees it. */
export interface OutgoingMessageView {
  /** Where it goes, as span names spell it: `orders`, or `exchange:key` for RabbitMQ. */
  readonly destination: string;

  /** What policy rules, middleware patterns and metrics go by: a queue, a topic or an exchange. */
  readonly queueKey: string;

  /** The message as the caller passed it. To be read only. */
  readonly native: unknown;

  /** Its headers, to be read and written. */
  readonly headers: MessageHeaders;
}
