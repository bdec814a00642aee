/** The options of {@link traceConsumer}. */
export interface KafkaTracingOptions {
  /**
   * Whether the key of a message is recorded on its span (`kafka.message.key`): its first 256 characters, if it is text. Keys may
   * name people. Those of senders that the policy does not trust are never recorded. Default `false`.
   */
  readonly recordKeys?: boolean | undefined;
}

/** The options of {@link traceProducer}. */
export interface KafkaProducerOptions extends KafkaTracingOptions {
  /**
   * The bytes that the topics accept in one record batch: their `max.message.bytes`, or the `message.max.bytes` of the broker.
   * Waybill leaves headers out before a call's messages to one topic, uncompressed and in one partition, would be larger.
   * Default 1,048,588 bytes, Kafka's own. `Infinity` for no limit.
   */
  readonly maxMessageBytes?: number | undefined;
}
