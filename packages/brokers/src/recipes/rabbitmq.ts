import { Wait } from 'testcontainers';
import type { BrokerRecipe } from '../broker-recipe.ts';
import { clientAddress } from '../client-address.ts';
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
    const tell = async (command: string): Promise<void> => {
      const { exitCode, output } = await container.exec(['rabbitmqctl', command]);
      if (exitCode !== 0) throw new Error(`rabbitmqctl ${command} failed: ${output}`);
    };
    return {
      container,
      url: `amqp://guest:guest@${await clientAddress(container, port)}`,
      // Not by the container, whose port on this machine may be another one after that.
      async restart() {
        await tell('stop_app');
        await tell('start_app');
      },
    };
  },
};
