import type { PortProfile } from './port.ts';
import { reportOnce } from './telemetry/report.ts';

/** Reports once through `diag` that another instrumentation of the same client is bypassed, and how to switch it off. */
export function reportBypassed(profile: PortProfile): void {
  reportOnce(
    `Another instrumentation traces the same client as ${profile.name} and is bypassed there. Switch it off with ${profile.rival}`,
  );
}
