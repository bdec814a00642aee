import type { Attributes } from '@opentelemetry/api';
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
