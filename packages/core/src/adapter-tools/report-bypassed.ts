import { reporter } from '../diag.ts';
import type { AdapterInfo } from '../seam/instrumenter.ts';

/** Reports once through `diag` that another instrumentation of the same client is bypassed, and how to switch it off. */
export function reportBypassed(adapter: AdapterInfo): void {
  const { name, otherInstrumentation: fix } = adapter;
  reporter.reportOnce(
    'WAYBILL_OTHER_INSTRUMENTATION',
    `Another instrumentation traces the same client as ${name} and is bypassed there.${fix === undefined ? '' : ` ${fix}`}`,
  );
}
