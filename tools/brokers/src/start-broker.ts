import { findDocker, provideImage } from '@waybill/local-docker';
import type { StartedTestContainer } from 'testcontainers';
import type { Broker } from './broker.ts';
import { containerFaults } from './broker-faults.ts';
import { type BrokerName, brokerRecipes } from './broker-recipes.ts';
import { clientAddress } from './client-address.ts';
import { composeImage } from './compose-image.ts';
import { removeAfterRun, runLabel } from './remove-after-run.ts';

/**
 * Gives a broker that is ready for clients.
 *
 * The one that the environment names (`WAYBILL_SQS_URL`, `WAYBILL_KAFKA_URL`, `WAYBILL_RABBITMQ_URL`,
 * `WAYBILL_REDIS_URL`, `WAYBILL_NATS_URL`) if it does; else a new one in a container. Without a Docker daemon, root on Debian
 * or Ubuntu gets one installed. The first start on a machine takes a minute or two and says on stderr what it does; later ones take seconds.
 *
 * The broker ends with `stop()`, and with this process in any case, even a killed one.
 *
 * @param own whether to start one even if the environment names one, so that it may be restarted, say. Default `false`.
 * @param durable whether what it has accepted has to outlive a kill. Default `false`.
 * @throws where there is no Docker daemon and none can be started, where no image can be had, and where the broker
 * does not start, with the last of its log
 *
 * @example
 * const broker = await startBroker('sqs');
 * const client = new SQSClient({ endpoint: broker.url });
 * // …
 * await broker.stop();
 */
export async function startBroker(
  name: BrokerName,
  { own = false, durable = false }: { readonly own?: boolean; readonly durable?: boolean } = {},
): Promise<Broker> {
  const { urlVariable, port, url: urlOf, restart } = brokerRecipes[name];
  const given = process.env[urlVariable];
  if (given && !own) return { url: given, stop: async () => {} };
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
      `${name} cannot be started: ${message}\nSet ${urlVariable} to the URL of a broker that is running to do without a container.`,
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
