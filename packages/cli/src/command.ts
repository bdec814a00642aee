/** Where a command writes. */
export interface Output {
  /** Writes what was asked for, and ends the line. */
  out(text: string): void;

  /** Writes what keeps the command from doing it, and ends the line. */
  error(text: string): void;

  /** The terminal that {@link out} writes to; `undefined` where it writes to a file or a pipe. */
  readonly terminal?: Terminal | undefined;

  /** Resolves when the command is asked to end, as by Ctrl+C. For commands that go on until then: others are ended by it at once. */
  stopped(): Promise<void>;
}

/** What is known of a terminal. */
export interface Terminal {
  /** How many characters a line takes. */
  readonly columns: number;

  /** Whether it shows colours, and may: `NO_COLOR` is not set. */
  readonly hasColours: boolean;
}

/** How a run ended: right, with mistakes in what was looked at, or not done because it was called in a wrong way. */
export type ExitCode = 0 | 1 | 2;

/** One command, such as `waybill policy check`. */
export interface Command {
  /** The words that call it: `['policy', 'check']`. */
  readonly words: readonly string[];

  /** What stands behind them: `FILE...`. */
  readonly parameters: string;

  /** What it does, in a few words. */
  readonly summary: string;

  /** What there is to know beyond that, in lines. */
  readonly help: string;

  /** @throws {UsageError} where the arguments are wrong. */
  run(args: readonly string[], output: Output): ExitCode | Promise<ExitCode>;
}

/** A command was called with arguments that it does not take. The message ends with the code. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'WAYBILL_CLI_USAGE';

  constructor(message: string) {
    super(`${message} [WAYBILL_CLI_USAGE]`);
  }
}
