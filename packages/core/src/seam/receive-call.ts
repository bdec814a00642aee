import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';

/** A call that asks a broker for messages, such as a long poll. */
export interface ReceiveQuestion<R> {
  /** Where it receives from, as span names spell it. */
  readonly destination: string;

  /** What rules, patterns and metrics go by. */
  readonly queueKey: string;

  /** The messages in the client's answer. */
  messages(result: R): readonly IncomingMessage[];

  /** Adds what the client knows of the call to the attributes of its span, if there will be one. */
  describe?(attributes: Attributes): void;
}

/** One call of a client that asks its broker for messages and answers by a promise. */
export interface ReceiveCall<R> extends ReceiveQuestion<R> {
  /** Makes the client's own call. */
  invoke(): Promise<R>;
}

/** A receive in progress. The adapter reports the result before it hands it to the application. */
export interface OpenReceive<R> {
  succeeded(answer: R): void;
  failed(error: unknown): void;
}
