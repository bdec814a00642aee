import type { MisuseKind } from '../diag.ts';

/** A mistake that `diagnose` finds. */
export type DiagnosticKind = MisuseKind;

/** A mistake that was found while a program ran. */
export interface Diagnostic {
  readonly kind: DiagnosticKind;

  /** What happened, its place in the application's code, and the fix. */
  readonly message: string;
}

const explanations: Readonly<
  Record<DiagnosticKind, (what: string) => readonly [problem: string, fix: string]>
> = {
  'captured-nothing': (boundary) => [
    `You captured nothing for "${boundary}": no span was active, as the work runs already`,
    'Capture before the hand-off, where the work is asked for, and pass on what you captured',
  ],
  'span-before-attach': (span) => [
    `The span "${span}" was started before the context was attached, so it is a trace of its own`,
    'Start it inside of the work that is run',
  ],
  'still-attached': (span) => [
    `The context of "${span}" is still attached, although its work has ended`,
    'Await what the work starts, or hand it on with bind()',
  ],
  'two-instrumentations': (span) => [
    `The message is processed under two instrumentations: "${span}" is there already`,
    'Switch one of them off',
  ],
  'never-ran': (boundary) => [
    `The callback that was bound for "${boundary}" never ran`,
    'Call it, or do not bind it',
  ],
  'growing-trace': (boundary) => [
    `The trace that "${boundary}" continues grows with every run, and has no end`,
    "Use recurring(), or the rule { relation: 'link' }",
  ],
};

/** Formats a diagnostic. */
export function diagnosticOf(kind: DiagnosticKind, what: string, place: string | undefined): Diagnostic {
  const [problem, fix] = explanations[kind](what);
  return { kind, message: `${problem}${place === undefined ? '' : `, at ${place}`}. ${fix}.` };
}
