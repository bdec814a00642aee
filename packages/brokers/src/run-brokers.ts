import type { Broker } from './broker.ts';
import { type BrokerName, brokerRecipes } from './broker-recipes.ts';
import { startBroker } from './start-broker.ts';

const started = new Map<BrokerName, Broker>();

/** Starts brokers and names them in the environment, which the processes started from here on inherit. */
export async function startRunBrokers(names: readonly BrokerName[]): Promise<void> {
  const missing = names.filter((name) => !process.env[brokerRecipes[name].urlVariable]);
  await Promise.all(
    missing.map(async (name) => {
      const broker = await startBroker(name);
      started.set(name, broker);
      process.env[brokerRecipes[name].urlVariable] = broker.url;
    }),
  );
}

/** Stops what `startRunBrokers` started, and takes it out of the environment. */
export async function stopRunBrokers(): Promise<void> {
  await Promise.all(
    [...started].map(async ([name, broker]) => {
      delete process.env[brokerRecipes[name].urlVariable];
      await broker.stop();
    }),
  );
  started.clear();
}
