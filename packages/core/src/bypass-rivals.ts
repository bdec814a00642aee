import type { PortProfile } from './port.ts';
import { reportOnce } from './telemetry/report.ts';

/** A method as automatic instrumentations of OpenTelemetry JS leave it: the client's own is kept beside the wrapper. */
interface Wrapped {
  readonly __wrapped?: unknown;
  readonly __original?: unknown;
}

/**
 * Puts a client's own methods back where an automatic instrumentation has wrapped them on this instance, so that no span is
 * doubled and no header written twice. Reported once through `diag`, with the way to switch the other one off.
 */
export function bypassRivals<T extends object>(
  client: T,
  methods: readonly (keyof T)[],
  profile: PortProfile,
): void {
  for (const method of methods) {
    const { __wrapped, __original } = client[method] as Wrapped;
    if (__wrapped !== true || typeof __original !== 'function') continue;
    client[method] = __original as T[keyof T];
    reportBypassed(profile);
  }
}

/** Reports once through `diag` that another instrumentation of the same client is bypassed, and how to switch it off. */
export function reportBypassed(profile: PortProfile): void {
  reportOnce(
    `Another instrumentation traces the same client as ${profile.name} and is bypassed there. Switch it off with ${profile.rival}`,
  );
}
