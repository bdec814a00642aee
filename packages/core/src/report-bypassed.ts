import type { PortProfile } from './port.ts';
import { reporter } from './telemetry/report.ts';

/** Reports once through `diag` that another instrumentation of the same client is bypassed, and how to switch it off. */
export function reportBypassed(profile: PortProfile): void {
  reporter.reportOnce(
    'rival',
    `Another instrumentation traces the same client as ${profile.name} and is bypassed there. ${profile.rival}`,
  );
}
