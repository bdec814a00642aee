import { stopRunBrokers } from './run-brokers.ts';

/** Stops what `jest-global-setup.ts` started. */
export default async function stopBrokersOfRun(): Promise<void> {
  await stopRunBrokers();
}
