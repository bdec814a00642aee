import type { Attributes } from '@opentelemetry/api';
import type { HeaderReader } from './header.ts';

/**
 * Why a header could not be written: the message has no room (`limit`), the broker takes no empty value (`empty`), or the
 * place belongs to somebody else (`foreign`).
 */
export type HeaderRefusal = 'limit' | 'empty' | 'foreign';

/**
 * A message on its way to a broker, as an adapter shows it to core and to publish middleware.
 *
 * It is a lazy copy: what is written here shows in what the client sends, and never in the objects the caller passed.
 */
export interface OutgoingMessage extends HeaderReader {
  /** Where it goes, as span names spell it: `orders`, or `exchange:key` for RabbitMQ. */
  readonly destination: string;

  /** What policy rules, middleware patterns and metrics go by: a queue, a topic or an exchange. Never unbounded. */
  readonly queueKey: string;

  /** The message as the caller passed it. To be read only. */
  readonly native: unknown;

  /** Which message of the same call, an earlier one, is handled only after this one, as in flows of jobs. */
  readonly dependent?: number | undefined;

  /**
   * Sets a header, in place of all values the name had.
   *
   * @param name in lower case.
   * @returns why it was refused; `undefined` when it was written.
   */
  setHeader(name: string, value: string): HeaderRefusal | undefined;

  /** Removes every value of a header. */
  deleteHeader(name: string): void;

  /** Adds what the broker knows of this message to the attributes of its span. Called once, before the span starts. */
  describe(attributes: Attributes): void;

  /**
   * Adds what no sampler needs to know of this message. Called once, after the span has started, and only if it is recorded.
   */
  detail?(attributes: Attributes): void;
}
