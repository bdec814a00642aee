import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BrokerName, brokerRecipes } from './broker-recipes.ts';

/**
 * The brokers that test files ask for: those named in a call like `startBroker('sqs')` there or in a file beside
 * them. One that is missed costs time and nothing else: the test's own call starts it.
 */
export function brokersAskedFor(testFiles: readonly string[]): BrokerName[] {
  const directories = [...new Set(testFiles.map((file) => dirname(file)))];
  const sources = directories.flatMap((directory) =>
    globSync('*.ts', { cwd: directory }).map((file) => readFileSync(join(directory, file), 'utf8')),
  );
  const names = Object.keys(brokerRecipes) as BrokerName[];
  return names.filter((name) => sources.some((source) => source.includes(`startBroker('${name}')`)));
}
