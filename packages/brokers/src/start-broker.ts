import { GenericContainer } from 'testcontainers';
import type { Broker } from './broker.ts';
import type { StartedBroker } from './broker-recipe.ts';
import { type BrokerName, brokerRecipes } from './broker-recipes.ts';
import { ownerLabel } from './cleanup/owned-containers.ts';
import { thisOwner } from './cleanup/owner.ts';
import { containerFaults } from './container-faults.ts';
import { useEngine } from './engine/use-engine.ts';
import { provideImage } from './images/provide-image.ts';

/**
 * Gives a broker that is ready for clients.
 *
 * The one that the environment names (`WAYBILL_SQS_URL`, `WAYBILL_KAFKA_URL`, `WAYBILL_RABBITMQ_URL`,
 * `WAYBILL_REDIS_URL`, `WAYBILL_NATS_URL`) if it does; else a new one in a container. Without a Docker engine, root on Debian or Ubuntu gets one
 * installed. The first start on a machine takes a minute or two and says on stderr what it does; later ones take seconds.
 *
 * The broker ends with `stop()`, and with this process in any case, even a killed one.
 *
 * @param own whether to start one even if the environment names one, so that it may be restarted, say. Default `false`.
 * @param durable whether what it has accepted has to outlive a kill. Default `false`.
 * @throws where there is no Docker engine and none can be installed, where no image can be had, and where the broker
 * does not start, with its last words
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
  const recipe = brokerRecipes[name];
  const url = process.env[recipe.urlVariable];
  if (url && !own) return { url, stop: async () => {} };

  const engine = await useEngine(recipe.urlVariable);
  const image = await provideImage(engine, name);
  const started = await startContainer(name, image, (container) => recipe.start(container, engine, durable));
  const { restart } = started;
  return {
    url: started.url,
    ...(restart === undefined ? {} : { restart }),
    faults: containerFaults(engine.container.getById(started.container.getId()), started.url),
    async stop() {
      await started.container.stop();
    },
  };
}

async function startContainer(
  name: BrokerName,
  image: string,
  start: (container: GenericContainer) => Promise<StartedBroker>,
): Promise<StartedBroker> {
  const lastWords: string[] = [];
  const container = new GenericContainer(image)
    // What Testcontainers' own reaper does is done here, without its image.
    .withAutoCleanup(false)
    .withLabels({ [ownerLabel]: thisOwner() })
    .withLogConsumer((log) =>
      log.on('data', (chunk) => lastWords.splice(0, lastWords.push(`${chunk}`) - 20)),
    );
  try {
    return await start(container);
  } catch (error) {
    throw new Error(`${name} (${image}) does not start; it said last:\n${lastWords.join('')}`, {
      cause: error,
    });
  }
}
