/**
 * The environment variables with the URLs of brokers that run already, by the names of the brokers: that of the service in
 * `docker-compose.yml` and of the folder in `local-docker/images`.
 */
export const urlVariables = {
  kafka: 'WAYBILL_KAFKA_URL',
  nats: 'WAYBILL_NATS_URL',
  rabbitmq: 'WAYBILL_RABBITMQ_URL',
  redis: 'WAYBILL_REDIS_URL',
  sqs: 'WAYBILL_SQS_URL',
} as const;

/** A broker that can be started. */
export type BrokerName = keyof typeof urlVariables;

/** Every broker that can be started. */
export const allBrokers = Object.keys(urlVariables) as BrokerName[];
