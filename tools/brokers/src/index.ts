export type { Broker } from './broker.ts';
export type { BrokerFaults } from './broker-faults.ts';
export { callOutcome, describeError } from './call-outcome.ts';
export { createTopics } from './create-topics.ts';
export { startBroker } from './start-broker.ts';
export { until } from './until.ts';
export type { BrokerName } from './url-variables.ts';
