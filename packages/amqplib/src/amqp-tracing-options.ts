/** What {@link traceChannel} and {@link traceConnection} can be told. */
export interface AmqpTracingOptions {
  /**
   * What ends the span of a message that is to be acknowledged: its handler, when it returns or its promise settles; its
   * acknowledgement; or, with `auto`, the promise if the handler returns one and the acknowledgement if not. A handler that
   * fails ends it in any case. Default `auto`.
   */
  readonly endProcessSpan?: 'handler' | 'ack' | 'auto' | undefined;
}
