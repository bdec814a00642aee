import { diag } from '@opentelemetry/api';

const logger = diag.createComponentLogger({ namespace: '@waybill/core' });

/**
 * Runs a step of telemetry that must not reach the caller when it fails; the failure goes to `diag`.
 *
 * @returns what the step returned, or, when it threw, what `otherwise` does.
 */
export function safely<T, O = undefined>(step: string, run: () => T, otherwise?: () => O): T | O {
  try {
    return run();
  } catch (error) {
    report(`${step} failed; messages are not affected`, error);
    return otherwise?.() as O;
  }
}

const reported = new Map<string, number>();
const mostTexts = 100;

/**
 * Warns through `diag`, so that a week of the same trouble does not fill a log: the 1st, 2nd, 4th, 8th … time it happens.
 */
export function report(text: string, detail?: unknown): void {
  if (reported.size >= mostTexts && !reported.has(text)) return;
  const times = (reported.get(text) ?? 0) + 1;
  reported.set(text, times);
  if ((times & (times - 1)) === 0) warn(times === 1 ? text : `${text} (${times} times)`, detail);
}

/** Warns through `diag` the first time, of what stays as it is until somebody changes the set-up. */
export function reportOnce(text: string): void {
  if (reported.has(text) || reported.size >= mostTexts) return;
  reported.set(text, 1);
  warn(text, undefined);
}

function warn(text: string, detail: unknown): void {
  try {
    logger.warn(text, ...(detail === undefined ? [] : [detail]));
  } catch {
    // A logger that throws has nobody left to be reported to.
  }
}
