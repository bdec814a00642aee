import { Wait } from 'testcontainers';
import type { BrokerRecipe } from '../broker-recipe.ts';
import { clientAddress } from '../client-address.ts';
import { debian } from '../images/stand-in.ts';

const port = 6379;

/** Redis, which keeps nothing on disk unless it has to be durable. */
export const redis: BrokerRecipe = {
  urlVariable: 'WAYBILL_REDIS_URL',
  standIn: () => ({ name: 'redis', base: debian }),
  async start(newContainer, _engine, durable) {
    const persistence = durable ? ['--save', '', '--appendonly', 'yes'] : ['--save', ''];
    const container = await newContainer
      .withExposedPorts(port)
      .withCommand(['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', ...persistence])
      .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
      .start();
    return { container, url: `redis://${await clientAddress(container, port)}` };
  },
};
