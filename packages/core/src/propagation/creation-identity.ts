import type { ReadableHeaders } from '../seam/headers.ts';
import { parseTraceparent } from './codec/traceparent.ts';
import { parseWaybillHeader, waybillIdentity } from './codec/waybill-header.ts';

/**
 * What names the span that a message was created in, and nothing else that its sender wrote: what our own header says, or else the ids in
 * the traceparent. With it an adapter tells messages apart that have the same id, as in two databases.
 *
 * @returns `undefined` where the headers name none.
 *
 * @example
 * get identity(): string {
 *   return `${this.native.id} ${creationIdentity(this.headers) ?? ''}`;
 * }
 */
export function creationIdentity(headers: ReadableHeaders): string | undefined {
  const own = waybillIdentity(headers.get('waybill'));
  if (own !== undefined) return own;
  const created = parseTraceparent(headers.get('traceparent'));
  return created && `${created.traceId}-${created.spanId}`;
}

/** The journey that a {@link creationIdentity} is of, or else its trace: 32 lowercase hex digits. */
export function journeyOfCreation(identity: string): string {
  // Either ends with two ids: of 32 digits, and of 16.
  return identity.slice(-49, -17);
}

/** Whether the context that headers carry was written by Waybill: our own header was written for the same span. */
export function isOwnContext(headers: ReadableHeaders): boolean {
  const own = parseWaybillHeader(headers.get('waybill'));
  if (own === undefined) return false;
  const traceparent = headers.get('traceparent');
  // Another propagator than W3C's writes none.
  return traceparent === undefined || parseTraceparent(traceparent)?.spanId === own.spanId;
}
