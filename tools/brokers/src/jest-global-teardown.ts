/** Stops what `jest-global-setup.ts` started. */
export { stopRunBrokers as default } from './run-brokers.ts';
