import type { WaybillErrorCode } from '../codes.ts';
import { WaybillError } from './waybill-error.ts';

/**
 * The error for something that an application gave and that is of the wrong kind.
 *
 * @param place the function that the application called, and what it gave: `traceProducer: options.maxMessageBytes`.
 * @param given what it gave. The text says in a few words what it is, never its content beyond 40 characters.
 * @param wanted why that is wrong, and what to do instead: it follows the given, and ends with a whole sentence.
 *
 * @example
 * throw wrongUse('WAYBILL_INVALID_OPTION', 'traceQueue: options.name', name, 'is not a text. Write the name of the queue.');
 */
export function wrongUse(
  code: WaybillErrorCode,
  place: string,
  given: unknown,
  wanted: string,
): WaybillError {
  return new WaybillError(code, `${place}: ${describeGiven(given)} ${wanted}`);
}

/**
 * Throws where something that an application has to give is not a function.
 *
 * @param by the function that the application called.
 * @param fix what to do instead: a whole sentence.
 * @throws WaybillError `WAYBILL_NOT_A_FUNCTION` if it is not a function.
 *
 * @example
 * checkFunction(handler, 'processJob', 'Pass the job first, then the handler, then the Waybill.');
 */
export function checkFunction(given: unknown, by: string, fix: string): void {
  if (typeof given === 'function') return;
  throw wrongUse('WAYBILL_NOT_A_FUNCTION', by, given, `is not a function. ${fix}`);
}

/** A few words on what an argument is, for errors about wrong use: `undefined`, `a promise`, `an object of Kafka`. Never throws. */
export function describeGiven(value: unknown): string {
  try {
    if (value === null || value === undefined) return String(value);
    if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
    if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
    if (typeof value !== 'object') return `the ${typeof value} ${String(value)}`;
    if (value instanceof Promise) return 'a promise';
    if (Array.isArray(value)) return 'an array';
    const name: unknown = value.constructor?.name;
    return typeof name === 'string' && name !== '' && name !== 'Object'
      ? `an object of ${name}`
      : 'an object';
  } catch {
    return 'an object';
  }
}
