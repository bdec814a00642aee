import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BoundPorts, Wait, waitForContainer } from 'testcontainers';
import type { BrokerRecipe } from '../broker-recipe.ts';
import { clientAddress } from '../client-address.ts';
import { java } from '../images/java.ts';

const port = 9092;
const startScript = readFileSync(join(import.meta.dirname, 'kafka-start.sh'), 'utf8');

/** Kafka: one node in KRaft mode, broker and controller at once. */
export const kafka: BrokerRecipe = {
  urlVariable: 'WAYBILL_KAFKA_URL',
  standIn: (version) => ({
    name: 'kafka',
    base: java,
    // The second is in Kafka's own distribution, but not among the dependencies of its artifact.
    jars: [`org.apache.kafka:kafka_2.13:${version}`, 'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3'],
  }),
  async start(newContainer, engine) {
    const container = await newContainer
      .withExposedPorts(port)
      .withEntrypoint(['sh', '/tmp/kafka-start.sh'])
      .withCopyContentToContainer([{ content: startScript, target: '/tmp/kafka-start.sh' }])
      .withWaitStrategy(Wait.forLogMessage('waiting for the published address'))
      .start();
    const url = await clientAddress(container, port);
    await container.exec([
      'sh',
      '-c',
      `echo ${url} > /tmp/address && mv /tmp/address /tmp/published-address`,
    ]);
    await waitForContainer(
      engine,
      engine.container.getById(container.getId()),
      Wait.forLogMessage('Kafka Server started'),
      new BoundPorts(),
    );
    return { container, url };
  },
};
