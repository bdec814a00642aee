export type { Broker } from './broker.ts';
export type { BrokerFaults } from './broker-faults.ts';
export type { BrokerName } from './broker-recipes.ts';
export { callOutcome, describeError } from './call-outcome.ts';
export { composeImage } from './compose-image.ts';
export { createTopics } from './create-topics.ts';
export { startBroker } from './start-broker.ts';
export { until } from './until.ts';
