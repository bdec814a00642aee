import { Wait } from 'testcontainers';
import type { BrokerRecipe } from '../broker-recipe.ts';
import { debian } from '../images/stand-in.ts';

const port = 5672;

/** RabbitMQ: one node, and its user `guest`. */
export const rabbitmq: BrokerRecipe = {
  urlVariable: 'WAYBILL_RABBITMQ_URL',
  standIn: () => ({ name: 'rabbitmq', base: debian }),
  async start(newContainer) {
    const container = await newContainer
      .withExposedPorts(port)
      .withWaitStrategy(Wait.forLogMessage(/Server startup complete|completed with/))
      .start();
    return { container, url: `amqp://guest:guest@${container.getHost()}:${container.getMappedPort(port)}` };
  },
};
