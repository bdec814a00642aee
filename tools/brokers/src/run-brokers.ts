import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Broker } from './broker.ts';
import { startBroker } from './start-broker.ts';
import { allBrokers, type BrokerName, urlVariables } from './url-variables.ts';

const started = new Map<BrokerName, Broker>();

/**
 * Reads names of brokers separated by commas, as in `WAYBILL_BROKERS=sqs,kafka`; an empty text names none.
 *
 * @throws at a name that is no broker's, with those that are
 */
export function brokerNames(text: string): BrokerName[] {
  const names = text.split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      if (Object.hasOwn(urlVariables, name)) return name as BrokerName;
      throw new Error(`no broker is called ${name}; there are ${allBrokers.join(', ')}`);
    });
}

/**
 * The brokers that test files ask for: those named in a call like `startBroker('sqs')` there or in a file beside
 * them. One that is missed costs time and nothing else: the test's own call starts it.
 */
export function brokersAskedFor(testFiles: readonly string[]): BrokerName[] {
  const folders = [...new Set(testFiles.map((file) => dirname(file)))];
  const sources = folders.flatMap((folder) =>
    globSync('*.ts', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  return allBrokers.filter((name) => sources.some((source) => source.includes(`startBroker('${name}')`)));
}

/** Starts brokers and names them in the environment, which the processes started from here on inherit. */
export async function startRunBrokers(names: readonly BrokerName[]): Promise<void> {
  const missing = names.filter((name) => !process.env[urlVariables[name]]);
  await Promise.all(
    missing.map(async (name) => {
      const broker = await startBroker(name);
      started.set(name, broker);
      process.env[urlVariables[name]] = broker.url;
    }),
  );
}

/** Stops what `startRunBrokers` started, and takes it out of the environment. */
export async function stopRunBrokers(): Promise<void> {
  await Promise.all(
    [...started].map(async ([name, broker]) => {
      delete process.env[urlVariables[name]];
      await broker.stop();
    }),
  );
  started.clear();
}
