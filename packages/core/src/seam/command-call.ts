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
