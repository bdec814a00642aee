import { findDocker, provideImage } from '@waybill/local-docker';
import type { StartedTestContainer } from 'testcontainers';
import type { Broker } from './broker.ts';
import { containerFaults } from './broker-faults.ts';
import { brokerRecipes } from './broker-recipes.ts';
import { clientAddress } from './client-address.ts';
import { composeImage } from './compose-image.ts';
import { removeAfterRun, runLabel } from './remove-after-run.ts';
import { type BrokerName, urlVariables } from './url-variables.ts';

/** Starts a broker in a container, as `startBroker` says. */
export async function startInContainer(name: BrokerName, durable: boolean): Promise<Broker> {
  const { port, url: urlOf, restart } = brokerRecipes[name];
  try {
    const docker = await findDocker();
    const image = await provideImage(docker, composeImage(name), name);
    const container = await startContainer(name, image, durable);
    const url = urlOf(await clientAddress(container, port));
    return {
      url,
      ...(restart === undefined ? {} : { restart: () => restart(container) }),
      faults: containerFaults(docker.container.getById(container.getId()), url, port),
      async stop() {
        await container.stop();
      },
    };
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `${name} cannot be started: ${message}\nSet ${urlVariables[name]} to the URL of a broker that is running to do without a container.`,
      { cause: error },
    );
  }
}

async function startContainer(
  name: BrokerName,
  image: string,
  durable: boolean,
): Promise<StartedTestContainer> {
  const log: string[] = [];
  const container = brokerRecipes[name]
    .container(image, durable)
    // A machine under load takes longer than some modules wait.
    .withStartupTimeout(180_000)
    .withLabels(runLabel)
    .withLogConsumer((stream) => stream.on('data', (chunk) => log.splice(0, log.push(`${chunk}`) - 20)));
  // The reaper of Testcontainers is another container. Its image comes from a registry, like that of the broker.
  if (image !== composeImage(name) || process.env.TESTCONTAINERS_RYUK_DISABLED === 'true') {
    removeAfterRun();
    container.withAutoCleanup(false);
  }
  return container.start().catch((error) => {
    throw new Error(`${error.message}; the last of its log:\n${log.join('')}`, { cause: error });
  });
}
