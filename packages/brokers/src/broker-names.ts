import { type BrokerName, brokerRecipes } from './broker-recipes.ts';

/**
 * Reads names of brokers separated by commas, as in `WAYBILL_BROKERS=sqs,kafka`; an empty text names none.
 *
 * @throws at a name that is no broker's, with those that are
 */
export function brokerNames(text: string): BrokerName[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(brokerName);
}

function brokerName(name: string): BrokerName {
  if (Object.hasOwn(brokerRecipes, name)) return name as BrokerName;
  throw new Error(`no broker is called ${name}; there are ${Object.keys(brokerRecipes).join(', ')}`);
}
