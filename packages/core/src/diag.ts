import { diag } from '@opentelemetry/api';
import type { ReportCode } from './codes.ts';

const logger = diag.createComponentLogger({ namespace: '@waybill/core' });

/** How many texts of a code are told apart. */
const mostTexts = 100;

/** The key for all texts beyond that limit. No text is empty. */
const others = '';

/**
 * Reports problems through `diag` without flooding a log. Every Waybill has its own. A report ends with its code; each code has its own
 * limit, so none silences another. A code beyond core's own is one of an adapter.
 */
export class Reporter {
  readonly #codes = new Map<string, Map<string, number>>();

  /**
   * Warns of a problem that may go on for a week: the 1st, 2nd, 4th, 8th … time it happens. For a code with more than 100 texts,
   * the other texts are counted as one.
   */
  report(code: ReportCode | (string & {}), text: string, detail?: unknown): void {
    this.#warn(code, text, detail, false);
  }

  /** Warns once of a problem that stays until the set-up is changed. */
  reportOnce(code: ReportCode, text: string): void {
    this.#warn(code, text, undefined, true);
  }

  #warn(code: string, text: string, detail: unknown, once: boolean): void {
    let counts = this.#codes.get(code);
    if (counts === undefined) {
      counts = new Map();
      this.#codes.set(code, counts);
    }
    const apart = counts.has(text) || counts.size < mostTexts;
    const counted = apart ? text : others;
    const times = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, times);
    if (once && apart ? times > 1 : (times & (times - 1)) !== 0) return;
    const repeated = times === 1 ? '' : ` (${times} ${apart ? 'times' : 'more of this kind'})`;
    warn(`${text}${repeated} [${code}]`, detail);
  }
}

/** Reports where no Waybill is at hand. */
export const reporter: Reporter = new Reporter();

/**
 * Runs a step of telemetry that must not reach the caller when it fails; the failure goes to `diag`.
 *
 * @returns the step's result or, if it threw, the result of `otherwise`.
 */
export function safely<T, O = undefined>(step: string, run: () => T, otherwise?: () => O): T | O {
  try {
    return run();
  } catch (error) {
    reportFailure(step, error);
    return otherwise?.() as O;
  }
}

/**
 * Reports the failure of a step of telemetry through `diag`: it has not reached the caller.
 *
 * @param step what failed, such as `Reading the headers of a message`.
 */
export function reportFailure(step: string, error: unknown): void {
  reporter.report('WAYBILL_TELEMETRY_FAILED', `${step} failed; messages are not affected`, error);
}

function warn(text: string, detail: unknown): void {
  try {
    logger.warn(text, ...(detail === undefined ? [] : [detail]));
  } catch {
    // A logger that throws cannot report its own failure.
  }
}
