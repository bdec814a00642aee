import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';

/** One call of a client that asks its broker for messages, as long polling does. */
export interface ReceiveCall<R> {
  /** Where it receives from, as span names spell it. */
  readonly destination: string;

  /** What rules, patterns and metrics go by. */
  readonly subject: string;

  /** Makes the client's own call. */
  invoke(): Promise<R>;

  /** The messages in the client's answer. */
  messages(result: R): readonly IncomingMessage[];

  /** Adds what the client knows of the call to the attributes of its span, if there will be one. */
  describe?(attributes: Attributes): void;
}
