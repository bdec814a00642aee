/** Something done again and again, such as sending and handling a message. */
export type Step = () => unknown;

/** How often things are done. */
export interface Effort {
  /** Steps of one contender before the next one's turn. */
  readonly steps: number;

  /** Turns of each contender that count. */
  readonly turns: number;
}

/** What one contender's turns took, in ns a step. */
export type Slices = readonly number[];

/**
 * Runs contenders by turns, short ones, in one process: what slows the machine down for a while slows all of them. The order
 * changes with every turn. By wall clock: that of the CPU ticks in ms, a turn takes a few of them.
 */
export async function runByTurns(
  contenders: Readonly<Record<string, Step>>,
  { steps, turns }: Effort,
): Promise<Record<string, Slices>> {
  const warmUp = Math.max(10, Math.ceil(turns / 5));
  const order = Object.entries(contenders);
  const slices = Object.fromEntries(order.map(([name]): [string, number[]] => [name, []]));
  for (let turn = -warmUp; turn < turns; turn++) {
    for (const [name, step] of order) {
      const elapsed = await nanoseconds(step, steps);
      if (turn >= 0) slices[name]?.push(elapsed / steps);
    }
    order.push(...order.splice(0, 1));
  }
  return slices;
}

async function nanoseconds(step: Step, steps: number): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < steps; count++) {
    const result = step();
    if (result instanceof Promise) await result;
  }
  return (performance.now() - start) * 1e6;
}
