import { reporter } from '../diag.ts';
import type { AdapterInfo } from '../seam/instrumenter.ts';

/** Reports once through `diag` that another instrumentation of the same client is bypassed, and how to switch it off. */
export function reportBypassed(adapter: AdapterInfo): void {
  reporter.reportOnce(
    'otherInstrumentation',
    `Another instrumentation traces the same client as ${adapter.name} and is bypassed there. ${adapter.otherInstrumentation}`,
  );
}
