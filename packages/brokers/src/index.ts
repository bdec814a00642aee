export type { Broker, BrokerFaults } from './broker.ts';
export type { BrokerName } from './broker-recipes.ts';
export { callOutcome, describeError } from './call-outcome.ts';
export { composeImage } from './images/compose-image.ts';
export { startBroker } from './start-broker.ts';
export { until } from './until.ts';
