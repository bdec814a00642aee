/** The attributes of the system that carries X-Ray's context. AWS services and the AWS SDK in Lambda write it. */
export const xrayAttribute = 'AWSTraceHeader';

/** `Root=1-{8 hex digits}-{24}`: the two together are the trace id. `Parent` and `Sampled` follow in any order, among others. */
const ROOT = /(?:^|;)\s*Root=1-([\da-f]{8})-([\da-f]{24})\s*(?:;|$)/;
const PARENT = /(?:^|;)\s*Parent=([\da-f]{16})\s*(?:;|$)/;
const SAMPLED = /(?:^|;)\s*Sampled=([01])\s*(?:;|$)/;

/** No header of X-Ray is as long. */
const longest = 1_024;

/**
 * X-Ray's context as a `traceparent`.
 *
 * @param wanted `sampled`: only where X-Ray records the trace; `any`: also where it does not.
 * @returns `undefined` where the header names no span, or where it is not wanted.
 */
export function traceparentOf(header: unknown, wanted: 'sampled' | 'any'): string | undefined {
  if (typeof header !== 'string' || header.length > longest) return undefined;
  const [, time, random] = ROOT.exec(header) ?? [];
  const [, parent] = PARENT.exec(header) ?? [];
  if (time === undefined || random === undefined || parent === undefined) return undefined;
  const sampled = SAMPLED.exec(header)?.[1] === '1';
  if (!sampled && wanted === 'sampled') return undefined;
  return `00-${time}${random}-${parent}-${sampled ? '01' : '00'}`;
}
