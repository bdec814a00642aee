import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/**
 * One call of a client that publishes: its messages, to any destinations, and the way to make the call.
 *
 * @typeParam R what the client's own method returns.
 */
export interface PublishCall<R> {
  /** The messages, in the order the caller gave them. */
  readonly messages: readonly OutgoingMessage[];

  /** Whether this is a batch: a span for the call, and one below it for every message. */
  readonly batch: boolean;

  /** How the client reports that it is done: on return, by the promise it returns, or by a callback. */
  readonly completes: 'sync' | 'promise' | 'callback';

  /**
   * Makes the client's own call with what was written to {@link messages}. Called at most once.
   *
   * @param done to be called when the client reports completion, where {@link completes} is `callback`.
   * @param note to be called with what happens to a message until then, where {@link completes} is `callback`.
   */
  invoke(done: (error?: unknown) => void, note: PublishNote): R;

  /**
   * Reports what only the client's answer knows: each message's id, or why it failed although the call did not.
   * Absent where the answer tells nothing.
   */
  outcome?(result: Awaited<R>, each: PublishOutcome): void;
}

/**
 * Records what happens to the message at `index` before the call is done, as an event of its span. Without the name of an event it records
 * what the client tells of the message late, such as its id, as attributes of the span.
 */
export type PublishNote = (index: number, event: string | undefined, attributes: Attributes) => void;

/** Takes what became of the message at `index` of the call: the broker's id for it, or the error it failed with. */
export type PublishOutcome = (index: number, id: string | undefined, error?: unknown) => void;

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

/**
 * One call of a client that does not send, receive or settle messages, such as one that pauses a queue.
 *
 * @typeParam R what the client's own method returns.
 */
export interface CommandCall<R> {
  /** The client's word for it, as span names spell it. */
  readonly operation: string;

  /**
   * The queue of the call; `undefined` if there is none, or several. Span names spell its `destination`; rules, patterns and metrics go by
   * its `queueKey`.
   */
  readonly queue: { readonly destination: string; readonly queueKey: string } | undefined;

  /** Makes the client's own call. Called once. */
  invoke(): R;
}
