import type { HeaderRefusal } from '../seam/headers.ts';

/**
 * Why a header, or a part of one, was not taken over or not written, the value of `waybill.carrier.reason`:
 * `malformed`, `repeated` (several that differ), refused by the adapter (`limit`, `empty`, `foreign`), `dropped` (members of baggage over a limit or malformed),
 * `clock-skew` (a publish time ahead of the consumer's clock), or `error` (something threw).
 */
export type HeaderProblem = HeaderRefusal | 'malformed' | 'repeated' | 'dropped' | 'clock-skew' | 'error';

/** Counts a problem of a header. */
export type ReportProblem = (header: string, reason: HeaderProblem, count?: number) => void;
