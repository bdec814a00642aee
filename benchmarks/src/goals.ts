/** What the ratio of a row should be at most, by the name of the row. */
export const goals: Readonly<Record<string, number>> = {
  'kafkajs/no-sdk/over-hand-written': 0.3,
  'amqplib/no-sdk/over-hand-written': 0.3,
  'bullmq/no-sdk/over-hand-written': 0.3,
  'sqs/no-sdk/over-hand-written': 0.4,
  'kafkajs/no-sdk/over-contrib': 0.1,
  'amqplib/no-sdk/over-contrib': 0.1,

  'kafkajs/sampled-off/over-hand-written': 0.75,
  'amqplib/sampled-off/over-hand-written': 0.9,
  'bullmq/sampled-off/over-hand-written': 0.9,

  'kafkajs/recorded/over-hand-written': 0.85,
  'amqplib/recorded/over-hand-written': 0.88,
  'bullmq/recorded/over-hand-written': 0.88,
  'sqs/recorded/over-hand-written': 1,
  'kafkajs/recorded/over-contrib': 0.95,
  'amqplib/recorded/over-contrib': 1,
  'bullmq/recorded/over-contrib': 0.85,
  // The spans, two contexts, promises, headers and the buffers of the client make 1.4.
  'kafkajs/recorded/over-baseline': 1.45,
  'kafkajs/recorded/bytes-over-hand-written': 0.88,
  'amqplib/recorded/bytes-over-hand-written': 0.95,
  'bullmq/recorded/bytes-over-hand-written': 0.92,
  'kafkajs/recorded+metrics/over-contrib': 0.75,

  'kafkajs/recorded/10000-queues-over-one': 1.1,
  'kafkajs/recorded/1000-rules-over-one': 1.1,
  'kafkajs/recorded/each-batch-of-10000-over-contrib': 0.05,

  'amqplib/broker/CPU-over-baseline': 1.3,
  'bullmq/broker/CPU-over-baseline': 1.12,
  'kafkajs/broker/CPU-over-baseline': 1.12,
  'sqs/broker/CPU-over-baseline': 1.12,

  'kafkajs/heap-after-1000000-over-100000': 1.02,
  'amqplib/heap-after-1000000-over-100000': 1.02,
  'bullmq/heap-after-1000000-over-100000': 1.02,
  'sqs/heap-after-1000000-over-100000': 1.02,
  'amqplib/open-delivery-over-1500-bytes': 1,
  'kafkajs/worker-memory-over-hand-written': 1.1,
  'amqplib/worker-memory-over-hand-written': 1.1,
  'bullmq/worker-memory-over-hand-written': 1.1,
  'sqs/worker-memory-over-hand-written': 1.1,

  'kafkajs/import-over-client': 1.05,
  'sqs/import-over-client': 1.05,
  'amqplib/import-over-client': 1.05,
  'bullmq/import-over-client': 1.05,
  'core/size-over-17-kB': 1,
  'journey/10000-spans-over-1-s': 1,
  'journey/10000-spans-over-200-MB': 1,
};
