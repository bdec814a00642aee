import { globSync } from 'node:fs';
import { join } from 'node:path';
import { brokerNames, brokersAskedFor, startRunBrokers } from './run-brokers.ts';

/** What is read of Jest's own configuration of a run. */
export interface JestRun {
  readonly testPathPatterns: {
    toExecutor(options: { rootDir: string }): { isMatch(absolutePath: string): boolean };
  };
}

/**
 * Starts, once for all files of a Jest run, the brokers that its selected test files ask for, and names them in the
 * environment, where the tests' own `startBroker` finds them. `WAYBILL_BROKERS=sqs,kafka` says which instead.
 */
export default async function startBrokersOfRun(run: JestRun, project: { rootDir: string }): Promise<void> {
  const wanted = process.env.WAYBILL_BROKERS;
  await startRunBrokers(
    wanted === undefined ? brokersAskedFor(selectedTests(run, project)) : brokerNames(wanted),
  );
}

function selectedTests(run: JestRun, { rootDir }: { rootDir: string }): string[] {
  const selection = run.testPathPatterns.toExecutor({ rootDir });
  return globSync('{{packages,tools,examples}/*,reliability}/{src,test}/**/*.container.test.ts', {
    cwd: rootDir,
  })
    .map((file) => join(rootDir, file))
    .filter((file) => selection.isMatch(file));
}
