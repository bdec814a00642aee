import type { BrokerRecipe } from './broker-recipe.ts';
import { kafka } from './recipes/kafka.ts';
import { nats } from './recipes/nats.ts';
import { rabbitmq } from './recipes/rabbitmq.ts';
import { redis } from './recipes/redis.ts';
import { sqs } from './recipes/sqs.ts';

/** A broker that can be started, by the name of its service in `docker-compose.yml`. */
export type BrokerName = 'kafka' | 'nats' | 'rabbitmq' | 'redis' | 'sqs';

/** Every broker that can be started. */
export const brokerRecipes: Readonly<Record<BrokerName, BrokerRecipe>> = {
  kafka,
  nats,
  rabbitmq,
  redis,
  sqs,
};
