const CALLS = 20_000;
const ROUNDS = 41;
const HOPS = 2_000;
const HOP_ROUNDS = 15;

/** One thing done in two ways. A call gets its number, so that it can take another input each time, and has a result. */
export interface Contestants {
  readonly ours: (call: number) => unknown;
  readonly theirs: (call: number) => unknown;
}

/** What {@link compare} measured: nanoseconds a call, and how much of their time ours takes. */
export interface Comparison {
  readonly name: string;
  readonly oursNs: number;
  readonly theirsNs: number;
  readonly ratio: number;
}

/**
 * Runs both in turns, many rounds in one process, and takes medians. The ratio is that of each round: what slows the machine
 * down for a while slows both.
 */
export function compare(name: string, { ours, theirs }: Contestants): Comparison {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const theirsNs = nanosecondsACall(theirs);
    const oursNs = nanosecondsACall(ours);
    return { oursNs, theirsNs, ratio: oursNs / theirsNs };
  });
  return medians(name, rounds);
}

/** A message's way from sender to handler. */
export type Hop = () => Promise<unknown>;

/** The same as {@link compare} for what ends later: each round is so many hops, one after the other. */
export async function compareHops(
  name: string,
  { ours, theirs }: { readonly ours: Hop; readonly theirs: Hop },
): Promise<Comparison> {
  await nanosecondsAHop(theirs);
  await nanosecondsAHop(ours);
  const rounds = [];
  for (let round = 0; round < HOP_ROUNDS; round++) {
    const theirsNs = await nanosecondsAHop(theirs);
    const oursNs = await nanosecondsAHop(ours);
    rounds.push({ oursNs, theirsNs, ratio: oursNs / theirsNs });
  }
  return medians(name, rounds);
}

/** A table of comparisons for people to read. */
export function formatComparisons(comparisons: readonly Comparison[]): string {
  const width = Math.max(...comparisons.map(({ name }) => name.length));
  const row = (name: string, ...cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(10))].join('');
  return [
    row('', 'ours ns', 'theirs ns', 'ratio'),
    ...comparisons.map(({ name, oursNs, theirsNs, ratio }) =>
      row(name, oursNs.toFixed(0), theirsNs.toFixed(0), ratio.toFixed(2)),
    ),
  ].join('\n');
}

function nanosecondsACall(run: (call: number) => unknown): number {
  const start = process.hrtime.bigint();
  for (let call = 0; call < CALLS; call++) {
    // A result that nobody looks at may never be computed.
    if (run(call) === undefined) throw new Error('A contestant did nothing.');
  }
  return Number(process.hrtime.bigint() - start) / CALLS;
}

async function nanosecondsAHop(hop: Hop): Promise<number> {
  const start = process.hrtime.bigint();
  for (let call = 0; call < HOPS; call++) await hop();
  return Number(process.hrtime.bigint() - start) / HOPS;
}

function medians(name: string, rounds: readonly Omit<Comparison, 'name'>[]): Comparison {
  return {
    name,
    oursNs: median(rounds.map(({ oursNs }) => oursNs)),
    theirsNs: median(rounds.map(({ theirsNs }) => theirsNs)),
    ratio: median(rounds.map(({ ratio }) => ratio)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
