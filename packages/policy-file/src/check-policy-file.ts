import { validatePolicy, type WaybillPolicy } from '@waybill/core';
import {
  isDeclarativeConfiguration,
  policyKeys,
  policyUnder,
  readDeclaredPolicy,
} from './declarative-configuration.ts';
import { readText } from './read-text.ts';
import { type Place, type ReadYaml, readYaml } from './read-yaml.ts';

/** Something that is wrong with a policy file. */
export interface PolicyFileMistake {
  /** From 1; `undefined` where the file as a whole is wrong. */
  readonly line: number | undefined;

  /** From 1, in UTF-16 units as editors count them; `undefined` where the file as a whole is wrong. */
  readonly column: number | undefined;

  /** What is wrong, with the value and the fix: `policy.linkAfter: "soon" is not a duration. Write …` */
  readonly message: string;
}

/** What a policy file says, or all that is wrong with it. */
export interface CheckedPolicyFile {
  /** The policy; `undefined` where there are mistakes, or where the file is a configuration of OpenTelemetry without one. */
  readonly policy: WaybillPolicy | undefined;

  /** By their place in the file. Of more than 100 the first 100, and one that tells their number. */
  readonly mistakes: readonly PolicyFileMistake[];

  /**
   * Where something of the policy stands in the file, or the closest part around it that there is.
   *
   * @param path the keys that lead to it: `['queues', 'orders', 'relation']`.
   */
  placeOf(path: readonly string[]): { readonly line: number; readonly column: number };
}

/**
 * Reads a policy file and tells everything that is wrong with it. It never throws, and reads no pipe, no device and no file over 256 KiB.
 *
 * The file is YAML 1.2 or JSON: a policy as `createWaybill` takes it, without functions and propagators. Where it is a file of
 * OpenTelemetry's declarative configuration (its `file_format` says so), the policy stands under `instrumentation/development`, `js`,
 * `waybill`, `policy`, and environment variables are put in.
 *
 * @param path where the file is, from the working directory.
 *
 * @example
 * const { mistakes } = checkPolicyFile('waybill.policy.yaml');
 * for (const { line, column, message } of mistakes) console.error(`${line}:${column}: ${message}`);
 */
export function checkPolicyFile(path: string): CheckedPolicyFile {
  return checkFile(path, false);
}

/**
 * Reads a policy file, or one that is known to be a configuration of OpenTelemetry.
 *
 * @param isConfiguration whether it is one even where no `file_format` says so.
 */
export function checkFile(path: string, isConfiguration: boolean): CheckedPolicyFile {
  const read = readText(path);
  if ('problem' in read) return wrong([ofWholeFile(read.problem)]);
  const yaml = readYaml(read.text);
  if (yaml.mistakes.length > 0) return wrong(yaml.mistakes);
  if (yaml.value === null) return wrong([ofWholeFile("it is empty. Write 'linkAfter: 1m', for instance.")]);
  return isConfiguration || isDeclarativeConfiguration(yaml.value)
    ? checkDeclared(path, yaml)
    : checkPolicy(yaml.value, yaml, []);
}

/** How many mistakes are told. */
const mostMistakes = 100;

function checkDeclared(path: string, yaml: ReadYaml): CheckedPolicyFile {
  if (policyUnder(yaml.value) === undefined) {
    return { policy: undefined, mistakes: [], placeOf: (keys) => yaml.placeOf(keys) };
  }
  try {
    return checkPolicy(readDeclaredPolicy(path), yaml, policyKeys);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Who tells a mistake tells the path, too.
    return wrong([ofWholeFile(message.replace(`${path}: `, ''))]);
  }
}

/**
 * Checks what was read.
 *
 * @param around the keys that lead to the policy in the file.
 */
function checkPolicy(value: unknown, yaml: ReadYaml, around: readonly string[]): CheckedPolicyFile {
  const placeOf = (path: readonly string[]): Place => yaml.placeOf([...around, ...path]);
  const policy = withoutSchema(value);
  const mistakes = validatePolicy(policy).map((mistake) => ({
    ...placeOf(mistake.path),
    message: inWordsOfFiles(mistake.message),
  }));
  return mistakes.length > 0 ? wrong(mistakes) : { policy: policy as WaybillPolicy, mistakes, placeOf };
}

/** A file of JSON names its schema for editors; that is no part of the policy. */
function withoutSchema(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { $schema, ...policy } = value as Record<string, unknown>;
  return typeof $schema === 'string' ? policy : value;
}

/** A text about a mistake without the fixes that only code has. */
function inWordsOfFiles(message: string): string {
  return message
    .replace(", 'none' or a function that returns one of them.", " or 'none'.")
    .replace(', propagator, name, ', ', name, ');
}

function ofWholeFile(message: string): PolicyFileMistake {
  return { line: undefined, column: undefined, message };
}

function wrong(mistakes: readonly PolicyFileMistake[]): CheckedPolicyFile {
  const sorted = mistakes.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  const told = sorted.slice(0, mostMistakes);
  const more = sorted.length - told.length;
  return {
    policy: undefined,
    mistakes: more > 0 ? [...told, ofWholeFile(`there are ${more} more mistakes.`)] : told,
    placeOf: () => ({ line: 1, column: 1 }),
  };
}
