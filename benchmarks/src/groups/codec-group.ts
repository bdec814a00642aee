import { codecContestants } from '../codec.ts';
import type { Group } from '../group.ts';
import { runByTurns, type Step } from '../measure/slices.ts';
import { cost } from '../measure/statistics.ts';
import type { Budget } from './hop-group.ts';

/** Reading and writing the headers of a message, over the propagators of `@opentelemetry/core`. */
export function codecGroup({ processes, effort }: Budget): Group {
  const contestants = codecContestants();
  return {
    name: 'codec',
    processes,
    measure: () => runByTurns(Object.fromEntries(contestants.flatMap(stepsOf)), effort),
    rows: contestants.map(({ name }) => ({
      name: `codec/${name.replaceAll(/[ ,]+/g, '-')}`,
      unit: 'ns',
      compare: (measured) => ({
        ours: cost(measured[`${name}: ours`] ?? []),
        theirs: cost(measured[`${name}: theirs`] ?? []),
      }),
    })),
  };
}

interface Contestants {
  readonly name: string;
  readonly ours: (call: number) => unknown;
  readonly theirs: (call: number) => unknown;
}

function stepsOf({ name, ours, theirs }: Contestants): [string, Step][] {
  return [
    [`${name}: ours`, counting(ours)],
    [`${name}: theirs`, counting(theirs)],
  ];
}

/** Each call gets its number, so that it can take another input every time. */
function counting(run: (call: number) => unknown): Step {
  let call = 0;
  return () => {
    // A result that nobody looks at may never be computed.
    if (run(call++) === undefined) throw new Error('A contestant did nothing.');
  };
}
