import { describeGiven } from './describe-given.ts';
import { WaybillError } from './waybill-error.ts';

/**
 * Throws where something that an application has to give is not a function.
 *
 * @param by the function that the application called.
 * @param fix what to do instead: a whole sentence.
 * @throws WaybillError `invalid-configuration` if it is not a function.
 *
 * @example
 * checkFunction(handler, 'processJob', 'Pass the job first, then the handler, then the Waybill.');
 */
export function checkFunction(given: unknown, by: string, fix: string): void {
  if (typeof given === 'function') return;
  throw new WaybillError('invalid-configuration', `${by}: ${describeGiven(given)} is not a function. ${fix}`);
}
