import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The Jest projects, in the order they run: the fastest comes first. */
export const testProjects = ['unit', 'integration', 'stress', 'package', 'container'] as const;

export type TestProject = (typeof testProjects)[number];

export interface TestArguments {
  readonly projects: readonly TestProject[];
  /** How often the projects run, one after the other. */
  readonly repeat: number;
  /** Whether the processors are kept busy and the traffic of brokers is delayed. */
  readonly load: boolean;
  readonly jestArguments: readonly string[];
}

/**
 * `[project...] [--repeat N] [--load] [anything Jest takes...]`: leading project names select, the rest goes to Jest.
 * `brokers NAME...` selects the container tests of the packages `packages/NAME`.
 *
 * @throws if `--repeat` is not followed by a number, or there is no such package
 */
export function parseTestArguments(given: readonly string[]): TestArguments {
  // `pnpm test:unit -- path` passes the two hyphens on, and Jest reads no option after them.
  const args = given.filter((argument) => argument !== '--');
  const load = take(args, '--load', 1).length > 0;
  const [, times = '1'] = take(args, '--repeat', 2);
  const repeat = Number(times);
  if (!Number.isInteger(repeat) || repeat < 1) {
    throw new Error(`--repeat ${times} is not a number of runs; write --repeat 5`);
  }
  if (args[0] === 'brokers') args.splice(0, args.length, 'container', ...withFolders(args.slice(1)));
  const firstForJest = args.findIndex((argument) => !isTestProject(argument));
  const selected = (firstForJest === -1 ? args : args.slice(0, firstForJest)).filter(isTestProject);
  const jestArguments = firstForJest === -1 ? [] : args.slice(firstForJest);
  return { projects: selected.length > 0 ? selected : testProjects, repeat, load, jestArguments };
}

/** Puts the folders of packages in the place of their names, up to the first option. */
function withFolders(words: readonly string[]): string[] {
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const names = firstOption === -1 ? words : words.slice(0, firstOption);
  return [...names.map(folderOf), ...words.slice(names.length)];
}

function folderOf(name: string): string {
  const folder = `packages/${name}/`;
  if (existsSync(join(root, folder, 'test'))) return folder;
  throw new Error(`There is no packages/${name} with tests; write one such as: pnpm test:brokers kafkajs`);
}

/** Takes an option out of arguments, with the words that belong to it. */
function take(args: string[], option: string, words: number): string[] {
  const place = args.indexOf(option);
  return place === -1 ? [] : args.splice(place, words);
}

function isTestProject(argument: string): argument is TestProject {
  return testProjects.some((project) => project === argument);
}
