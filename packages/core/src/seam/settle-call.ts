import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';

/** One call of a client that settles messages: acknowledges, deletes, rejects, postpones or commits them. */
export interface SettleCall<R> {
  /** The client's word for it, as span names spell it: `ack`, `delete`, `commit`. */
  readonly operation: string;

  /** Where the messages came from, as span names spell it. */
  readonly destination: string;

  /** What rules, patterns and metrics go by. */
  readonly queueKey: string;

  /** What names the settled deliveries, equal to their {@link IncomingMessage.receipt}. */
  readonly receipts: readonly unknown[];

  /** Whether the client's call takes several messages. */
  readonly batch: boolean;

  /** Makes the client's own call. */
  invoke(): R;

  /** The errors of those messages that were not settled although the call did not fail. Absent where the answer tells nothing. */
  failures?(result: Awaited<R>): readonly unknown[];

  /** Adds what the client knows of the call to the attributes of its span. Called once, before the span starts. */
  describe?(attributes: Attributes): void;
}
