import type { FuzzedAdapter, Path } from './adapter.ts';
import { ends, pieces } from './any-value.ts';
import type { HostileCase } from './hostile-case.ts';
import { type Setup, type SetupName, setUp } from './setups.ts';
import { Trial } from './trial.ts';

/** The sizes that are compared, in bytes, and how much longer each may take than the one before. */
const sizes = [4_096, 16_384, 65_536];
const mostRatio = 6;

/** Shorter times say more about the machine than about the code, in ms: 6 times as long is still far below `mostMs`. */
const leastMs = 0.25;

/** The most time of a message of these sizes, in ms. */
const mostMs = 5;

/** A time of this length, in ms, is not measured again in the same round. */
const hopelessMs = 10 * mostMs;

/**
 * How often a time is measured, round by round. The lowest counts, because another process may have used the rest.
 * Only a shape that looks too slow gets another round.
 */
const rounds = [5, 10, 20, 40, 80];

/** A path that takes longer for a longer header than its length explains. */
export interface SlowShape {
  readonly path: string;
  readonly setup: SetupName;
  readonly piece: string;
  readonly end: string;
  readonly as: 'text' | 'bytes';

  /** In ms, for each size as far as it was tried. */
  readonly times: readonly number[];
}

/** Finds the paths of an adapter that take more than linear time for a header that repeats one piece. */
export async function slowShapes(adapter: FuzzedAdapter, header: string): Promise<readonly SlowShape[]> {
  const slow: SlowShape[] = [];
  for (const name of ['trusted', 'untrusted'] as const) {
    const setup = setUp(name);
    for (const [path, take] of Object.entries(adapter.open(setup.waybill))) {
      for (const [index, piece] of pieces.entries()) {
        const shape = {
          piece,
          end: ends[index % ends.length] ?? '',
          as: index % 2 === 0 ? 'text' : 'bytes',
        } as const;
        let times: number[] = [];
        for (const tries of rounds) {
          times = await measure((size) => caseOf(header, { ...shape, size }, name), setup, take, tries);
          if (isLinear(times)) break;
          await new Promise((resolve) => setTimeout(resolve, 10 * tries));
        }
        if (!isLinear(times)) slow.push({ path, setup: name, ...shape, times });
      }
    }
  }
  return slow;
}

function caseOf(
  header: string,
  { piece, end, as, size }: { piece: string; end: string; as: 'text' | 'bytes'; size: number },
  setup: SetupName,
): HostileCase {
  const run = { run: piece, length: size, end, as } as const;
  const nothing = { odd: 'undefined' } as const;
  return {
    setup,
    path: 0,
    carriers: [
      {
        shape: 'plain',
        headers: [...(header === 'traceparent' ? [] : [validTraceparent]), [header, run]],
      },
    ],
    fields: [nothing],
    ending: 'resolves',
    result: nothing,
    forwards: false,
    baggage: header === 'baggage' ? [['a', run, run]] : [],
    traceState: header === 'tracestate' ? run : nothing,
    choice: 1,
  };
}

const validTraceparent = ['traceparent', { text: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }] as const;

/** The least times that a path takes, size by size. It ends at the first that is too slow: the next may never end. */
async function measure(
  inputOf: (size: number) => HostileCase,
  setup: Setup,
  take: Path,
  tries: number,
): Promise<number[]> {
  const times: number[] = [];
  for (const size of sizes) {
    const input = inputOf(size);
    let least = Number.POSITIVE_INFINITY;
    for (let count = 0; count < tries; count++) {
      const trial = new Trial(input, setup);
      await trial.inContext(undefined, () => take(trial));
      least = Math.min(least, trial.ms);
      if (least > hopelessMs) break;
    }
    times.push(least);
    if (!isLinear(times)) break;
  }
  return times;
}

function isLinear(times: readonly number[]): boolean {
  return times.every((time, index) => {
    const before = Math.max(times[index - 1] ?? time, leastMs);
    return time <= mostMs && time <= mostRatio * before;
  });
}
