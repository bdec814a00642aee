import type { Trial } from './trial.ts';

/** What stands for the network of a fake client: tells the trial that is on what is sent. */
export class Wire {
  #trial: Trial | undefined;
  #given: readonly (() => unknown)[] = [];

  /** Runs something of which the trial is told what is sent, in place of which headers. */
  async during<R>(trial: Trial, given: readonly (() => unknown)[], run: () => R): Promise<Awaited<R>> {
    this.#trial = trial;
    this.#given = given;
    return await run();
  }

  /** Tells the headers of the message at `index` of a call. */
  sent(headers: () => unknown, index: number = 0): void {
    this.#trial?.sent(headers, this.#given[index]);
  }

  /** Answers by a promise, as the case says. */
  async answer(): Promise<unknown> {
    return this.#trial?.end();
  }

  /** Answers at once, as the case says. */
  answerNow(): unknown {
    return this.#trial?.endNow();
  }
}
