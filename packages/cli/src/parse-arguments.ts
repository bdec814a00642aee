import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** What arguments say: the options by their names, and the rest in order. */
export type ParsedArguments<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; args: string[]; allowPositionals: true }>
>;

/**
 * Reads the arguments of a command.
 *
 * @throws {UsageError} where there is an option that is not one of `options`, or one without its value.
 */
export function parseArguments<const O extends Options>(
  args: readonly string[],
  options: O,
): ParsedArguments<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
