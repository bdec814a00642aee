import { Wait } from 'testcontainers';
import type { BrokerRecipe } from '../broker-recipe.ts';
import { clientAddress } from '../client-address.ts';
import { debian } from '../images/stand-in.ts';

const port = 4222;

/** NATS with JetStream: one node, without users. */
export const nats: BrokerRecipe = {
  urlVariable: 'WAYBILL_NATS_URL',
  standIn: () => ({ name: 'nats', base: debian }),
  async start(newContainer) {
    const container = await newContainer
      .withExposedPorts(port)
      .withCommand(['--jetstream'])
      .withWaitStrategy(Wait.forLogMessage('Server is ready'))
      .start();
    return { container, url: `nats://${await clientAddress(container, port)}` };
  },
};
