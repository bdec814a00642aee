/** What {@link traceProducer} and {@link traceConsumer} can be told. */
export interface KafkaTracingOptions {
  /** Whether the key of a message is recorded on its span (`kafka.message.key`). Keys may name people. Default `false`. */
  readonly recordKeys?: boolean | undefined;
}
