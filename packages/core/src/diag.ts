import { diag } from '@opentelemetry/api';

const logger = diag.createComponentLogger({ namespace: '@waybill/core' });

/** What a report is about. Each kind has its own limit, so none silences another. */
export type ReportKind =
  | 'failure'
  | 'relation-function'
  | 'other-instrumentation'
  | 'not-received'
  | 'traced-twice'
  | 'adapter'
  | 'policy'
  | 'unbounded-names'
  | MisuseKind;

/** What may be wrong with how contexts are used. */
export type MisuseKind =
  | 'captured-nothing'
  | 'span-before-attach'
  | 'still-attached'
  | 'two-instrumentations'
  | 'never-ran'
  | 'growing-trace';

/** How many texts of a kind are told apart. */
const mostTexts = 100;

/** The key for all texts beyond that limit. No text is empty. */
const others = '';

/** Reports problems through `diag` without flooding a log. Every Waybill has its own. */
export class Reporter {
  readonly #kinds = new Map<ReportKind, Map<string, number>>();

  /**
   * Warns of a problem that may go on for a week: the 1st, 2nd, 4th, 8th … time it happens. For a kind with more than 100 texts,
   * the other texts are counted as one.
   */
  report(kind: ReportKind, text: string, detail?: unknown): void {
    this.#warn(kind, text, detail, false);
  }

  /** Warns once of a problem that stays until the set-up is changed. */
  reportOnce(kind: ReportKind, text: string): void {
    this.#warn(kind, text, undefined, true);
  }

  #warn(kind: ReportKind, text: string, detail: unknown, once: boolean): void {
    let counts = this.#kinds.get(kind);
    if (counts === undefined) {
      counts = new Map();
      this.#kinds.set(kind, counts);
    }
    const apart = counts.has(text) || counts.size < mostTexts;
    const counted = apart ? text : others;
    const times = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, times);
    if (once && apart ? times > 1 : (times & (times - 1)) !== 0) return;
    warn(times === 1 ? text : `${text} (${times} ${apart ? 'times' : 'more of this kind'})`, detail);
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
    report(`${step} failed; messages are not affected`, error);
    return otherwise?.() as O;
  }
}

/** Reports the failure of a step of telemetry. */
export function report(text: string, detail: unknown): void {
  reporter.report('failure', text, detail);
}

function warn(text: string, detail: unknown): void {
  try {
    logger.warn(text, ...(detail === undefined ? [] : [detail]));
  } catch {
    // A logger that throws cannot report its own failure.
  }
}
