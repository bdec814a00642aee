import { objectOf } from '../readers/attribute-values.ts';

/** A source cannot be read. The message tells where, what is wrong, and what to do, and ends with the code. */
export class JourneySourceError extends Error {
  override readonly name = 'JourneySourceError';
  readonly code = 'WAYBILL_JOURNEY_SOURCE';

  constructor(message: string, options?: ErrorOptions) {
    super(`${message} [WAYBILL_JOURNEY_SOURCE]`, options);
  }
}

/** What an error says, or what caused it, which `fetch` tells more by. Errors of another realm are none of this one's. */
export function reasonOf(error: unknown): string {
  const { message, cause } = objectOf(error) ?? {};
  const inner = objectOf(cause)?.message;
  if (typeof inner === 'string' && inner !== '') return inner;
  return typeof message === 'string' ? message : String(error);
}
