import { duplicatesOf, type Outcome, outOfOrderOf } from './outcome.ts';
import type { Tally } from './tally.ts';

/** By how much the heap of a traced run may grow beyond that of the bare one, in bytes: spans that wait for their export. */
const heapAllowance = 16 * 1024 * 1024;

/** How two clients are compared. */
export interface Terms {
  /**
   * How far counts of duplicates may differ, because no two runs are hit at the same message. 0 if nothing strikes: then all has
   * to be equal.
   */
  readonly allowance: number;

  /** How far counts of messages out of order may differ; `undefined` if the client keeps no order. */
  readonly orderAllowance: number | undefined;

  /** Errors that the bare client gives when it is struck, though not in each run. */
  readonly struckErrors: RegExp;
}

/**
 * What is worse with Waybill than without, a sentence each; empty if nothing is.
 *
 * @param bare every run of the bare client
 * @param traced every run with Waybill, as many
 */
export function differences(bare: readonly Outcome[], traced: readonly Outcome[], terms: Terms): string[] {
  const said = [
    missing('Published', bare.map(acceptedOf), traced.map(acceptedOf), terms),
    missing('Handled', bare.map(handledOf), traced.map(handledOf), terms),
    counts('duplicates', bare.map(duplicatesOf), traced.map(duplicatesOf), terms.allowance),
    counts('messages out of order', bare.map(outOfOrderOf), traced.map(outOfOrderOf), terms.orderAllowance),
    kinds('error', bare.map(errorsOf), traced.map(errorsOf), terms, terms.struckErrors),
    kinds('unhandled rejection', bare.map(unhandledOf), traced.map(unhandledOf), terms, undefined),
    ...traced.map(({ openSpans }) => openSpansOf(openSpans)),
    heap(bare, traced),
  ];
  return [...new Set(said.filter((sentence) => sentence !== undefined))];
}

const acceptedOf = ({ accepted }: Outcome): readonly number[] => accepted;
const errorsOf = ({ errors }: Outcome): Tally => errors;
const unhandledOf = ({ unhandled }: Outcome): Tally => unhandled;
const handledOf = ({ delivered }: Outcome): readonly number[] => [...new Set(delivered)];

/** If something strikes, the number of messages has to be the same; otherwise the messages. */
function missing(
  what: 'Published' | 'Handled',
  bare: readonly (readonly number[])[],
  traced: readonly (readonly number[])[],
  { allowance }: Terms,
): string | undefined {
  const least = Math.min(...bare.map(({ length }) => length));
  const fewest = Math.min(...traced.map(({ length }) => length));
  if (fewest < least) return `${what} fewer messages: ${fewest}, bare ${least}.`;
  if (allowance > 0) return undefined;
  const known = new Set(bare.flat());
  const others = [...new Set(traced.flat())].filter((message) => !known.has(message));
  return others.length > 0 ? `${what} other messages: ${others.slice(0, 5).join(', ')}.` : undefined;
}

function counts(
  what: string,
  bare: readonly number[],
  traced: readonly number[],
  allowance = Number.POSITIVE_INFINITY,
): string | undefined {
  const most = Math.max(...bare);
  const usual = medianOf(traced);
  return usual > most + allowance ? `More ${what}: ${usual}, bare ${most}.` : undefined;
}

/** If something strikes, the kinds must be among those of the bare client; otherwise kinds and numbers must be equal. */
function kinds(
  what: string,
  bare: readonly Tally[],
  traced: readonly Tally[],
  { allowance }: Terms,
  known: RegExp | undefined,
): string | undefined {
  const theirs = mostOf(bare);
  const ours = mostOf(traced);
  const strange = Object.keys({ ...theirs, ...ours }).filter((kind) =>
    allowance > 0 ? !(kind in theirs || known?.test(kind)) : ours[kind] !== theirs[kind],
  );
  if (strange.length === 0) return undefined;
  const said = strange.map((kind) => `${ours[kind] ?? 0} × ${kind}, bare ${theirs[kind] ?? 0}`);
  return `Other ${what}s: ${said.join('; ')}.`;
}

function openSpansOf(openSpans: Tally): string | undefined {
  const open = Object.entries(openSpans).map(([name, count]) => `${count} × ${name}`);
  return open.length === 0 ? undefined : `Open spans: ${open.join(', ')}.`;
}

function heap(bare: readonly Outcome[], traced: readonly Outcome[]): string | undefined {
  const most = Math.max(...bare.map(({ heapGrowth }) => heapGrowth));
  const usual = medianOf(traced.map(({ heapGrowth }) => heapGrowth));
  return usual > most + heapAllowance
    ? `Heap: it grew by ${megabytes(usual)} MB, bare by ${megabytes(most)} MB.`
    : undefined;
}

/** Bytes in MB, for people. */
export function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function mostOf(tallies: readonly Tally[]): Tally {
  const most: Record<string, number> = {};
  for (const tally of tallies) {
    for (const [kind, count] of Object.entries(tally)) most[kind] = Math.max(most[kind] ?? 0, count);
  }
  return most;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
