/** How often each kind of thing happened. */
export type Tally = Readonly<Record<string, number>>;

/** Counts by kind. */
export class Counter {
  readonly #counts = new Map<string, number>();

  add(kind: string, count = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  tally(): Tally {
    return Object.fromEntries([...this.#counts].toSorted());
  }
}

/** Both counts together. */
export function addTallies(...tallies: readonly Tally[]): Tally {
  const counter = new Counter();
  for (const tally of tallies) for (const [kind, count] of Object.entries(tally)) counter.add(kind, count);
  return counter.tally();
}

/** All that was counted. */
export function totalOf(tally: Tally): number {
  return Object.values(tally).reduce((sum, count) => sum + count, 0);
}

/** The kind of an error: its text without numbers, ids and our own wording, which differ when it happens again. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  if (error.name === 'WaybillError') return `${error.name}${code}`;
  const text = error.message
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d+/g, 'N')
    .split('\n')[0];
  return `${error.name}${code}: ${text}`;
}
