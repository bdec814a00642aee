import type { Client } from './client.ts';
import { differences, type Terms } from './comparison/differences.ts';
import { type Outcome, streams } from './comparison/outcome.ts';
import { type Fault, oddMessages } from './faults/fault.ts';
import { isOfTelemetry, noFault } from './faults/index.ts';
import { type Bench, run } from './run.ts';

/** How often both are run again if a fault that strikes shows a difference: one of them may have been hit worse. */
const moreRounds = 2;

/** One fault on one client, bare and traced. */
export interface Cell {
  readonly fault: Fault;
  readonly bare: readonly Outcome[];
  readonly traced: readonly Outcome[];

  /** What is worse with Waybill, a sentence each. */
  readonly differences: readonly string[];
}

/** Runs the cells of one client. */
export async function runCells(
  bench: Bench,
  faults: readonly Fault[],
  rounds: number,
  done: (cell: Cell) => void,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  let undisturbed: readonly Outcome[] = [];
  for (const fault of faults) {
    const shared = fault === noFault || isOfTelemetry(fault);
    const bare = shared ? [...undisturbed] : [];
    const traced: Outcome[] = [];
    const terms = termsOf(bench.client, fault);
    const round = async (): Promise<void> => {
      if (!shared || bare.length === 0) bare.push(await run(bench, shared ? noFault : fault, false));
      traced.push(await run(bench, fault, true));
    };
    for (let count = 0; count < rounds; count++) await round();
    if (isStruck(fault)) {
      for (let count = 0; count < moreRounds && differences(bare, traced, terms).length > 0; count++)
        await round();
    }
    if (shared) undisturbed = bare;
    const cell = { fault, bare, traced, differences: differences(bare, traced, terms) };
    cells.push(cell);
    done(cell);
  }
  return cells;
}

function termsOf({ ordered, unsettled, struckErrors }: Client, fault: Fault): Terms {
  // A strike may hit messages that are being published, and delivered messages that are not settled.
  const allowance = isStruck(fault) ? (fault.strikes?.length ?? 0) * (unsettled + streams) : 0;
  // A message that is handled again comes late.
  const orderAllowance = fault.odd === 'consume-throws' ? oddMessages : allowance;
  return { allowance, struckErrors, orderAllowance: ordered ? orderAllowance : undefined };
}

/** Whether the fault strikes during the run, so no two runs are hit at the same message. */
function isStruck(fault: Fault): boolean {
  return fault.strikes !== undefined && !isOfTelemetry(fault);
}
