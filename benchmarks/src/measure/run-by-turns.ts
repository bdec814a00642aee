import { hasSettled } from './warm-up.ts';

/** Something done again and again, such as publishing and processing a message. */
export type Step = () => unknown;

/** Numbers by what they tell, such as `ns`. */
export type Figures = Readonly<Record<string, number>>;

/** Does so many steps and tells what one of them cost. The first figure decides when a variant is warm. */
export type Turn = (steps: number) => Promise<Figures>;

/** What one process measured: of each variant, a number of each turn. */
export type Measured = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

export interface Effort {
  /** Turns of each variant that count. */
  readonly turns: number;

  /** How long a turn takes, in ms of the CPU. Default: 30, in which garbage is collected several times. */
  readonly turnMs?: number;

  /** Messages in a step. Default: 1. */
  readonly messages?: number;
}

/** However cold a variant seems after so many turns: it is measured. */
const mostWarmUpTurns = 200;

/**
 * Lets variants take turns in one process, so that what slows the machine down for a while slows all of them. The order changes
 * with every round. All take turns that do not count until each is warm: it has done 20,000 messages, and its cost has stopped falling.
 */
export async function runByTurns(
  variants: Readonly<Record<string, Turn>>,
  { turns, turnMs = 30, messages = 1 }: Effort,
): Promise<Measured> {
  const order = Object.entries(variants).map(([name, turn]) => new Runner(name, turn, turnMs));
  const runners = [...order];
  const takeTurns = async (): Promise<void> => {
    for (const runner of order) await runner.run();
    order.push(...order.splice(0, 1));
  };
  for (let count = 0; count < mostWarmUpTurns; count++) {
    await takeTurns();
    if (runners.every(({ steps, costs }) => steps * messages >= 20_000 && hasSettled(costs))) break;
  }
  for (const runner of runners) runner.figures = {};
  for (let turn = 0; turn < turns; turn++) await takeTurns();
  return Object.fromEntries(runners.map(({ name, figures }) => [name, figures]));
}

/**
 * A turn of a step, in time of the CPU. That of the threads that collect garbage is in it, and what another process takes away
 * is not.
 */
export function timed(step: Step): Turn {
  return async (steps) => {
    const start = process.cpuUsage();
    for (let count = 0; count < steps; count++) {
      const result = step();
      if (result instanceof Promise) await result;
    }
    const { user, system } = process.cpuUsage(start);
    return { ns: ((user + system) * 1_000) / steps };
  };
}

/** A variant that takes turns, of as many steps as fit into the time of a turn. */
class Runner {
  readonly name: string;
  readonly #turn: Turn;
  readonly #turnMs: number;
  #stepsATurn = 1;
  steps = 0;
  figures: Record<string, number[]> = {};

  constructor(name: string, turn: Turn, turnMs: number) {
    this.name = name;
    this.#turn = turn;
    this.#turnMs = turnMs;
  }

  /** What a step cost, turn by turn. */
  get costs(): readonly number[] {
    return Object.values(this.figures)[0] ?? [];
  }

  async run(): Promise<void> {
    const start = process.cpuUsage();
    const figures = await this.#turn(this.#stepsATurn);
    const { user, system } = process.cpuUsage(start);
    for (const [name, value] of Object.entries(figures)) {
      this.figures[name] ??= [];
      this.figures[name].push(value);
    }
    this.steps += this.#stepsATurn;
    // At most twice as many as before: the first turn of all is no measure.
    const fitting = Math.floor((this.#stepsATurn * this.#turnMs * 1_000) / (user + system));
    this.#stepsATurn = Math.max(1, Math.min(2 * this.#stepsATurn, fitting));
  }
}
