import { reporter } from '../diag.ts';
import type { PortProfile } from '../seam/instrumenter.ts';

/** Reports once through `diag` that another instrumentation of the same client is bypassed, and how to switch it off. */
export function reportBypassed(profile: PortProfile): void {
  reporter.reportOnce(
    'rival',
    `Another instrumentation traces the same client as ${profile.name} and is bypassed there. ${profile.rival}`,
  );
}
