import type { MisuseCode } from '../codes.ts';

/** A mistake that was found while a program ran. */
export interface Diagnostic {
  readonly code: MisuseCode;

  /** What happened, its place in the application's code, and the fix. */
  readonly message: string;
}

const explanations: Readonly<Record<MisuseCode, (what: string) => readonly [problem: string, fix: string]>> =
  {
    WAYBILL_CAPTURED_NOTHING: (boundary) => [
      `You captured nothing for "${boundary}": no span was active, as the work runs already`,
      'Capture before the hand-off, where the work is asked for, and pass on what you captured',
    ],
    WAYBILL_SPAN_BEFORE_ATTACH: (span) => [
      `The span "${span}" was started before the context was attached, so it is a trace of its own`,
      'Start it inside of the work that is run',
    ],
    WAYBILL_STILL_ATTACHED: (span) => [
      `The context of "${span}" is still attached, although its work has ended`,
      'Await what the work starts, or hand it on with bind()',
    ],
    WAYBILL_TWO_INSTRUMENTATIONS: (span) => [
      `The message is processed under two instrumentations: "${span}" is there already`,
      'Switch one of them off',
    ],
    WAYBILL_NEVER_RAN: (boundary) => [
      `The callback that was bound for "${boundary}" never ran`,
      'Call it, or do not bind it',
    ],
    WAYBILL_GROWING_TRACE: (boundary) => [
      `The trace that "${boundary}" continues grows with every run, and has no end`,
      "Use recurring(), or the rule { relation: 'link' }",
    ],
  };

/** Formats a diagnostic. */
export function diagnosticOf(code: MisuseCode, what: string, place: string | undefined): Diagnostic {
  const [problem, fix] = explanations[code](what);
  return { code, message: `${problem}${place === undefined ? '' : `, at ${place}`}. ${fix}.` };
}
