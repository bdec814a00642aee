/** The Jest projects, in the order they run: the fastest comes first. */
export const testProjects = ['unit', 'package', 'container'] as const;

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
 *
 * @throws if `--repeat` is not followed by a number
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
  const firstForJest = args.findIndex((argument) => !isTestProject(argument));
  const selected = (firstForJest === -1 ? args : args.slice(0, firstForJest)).filter(isTestProject);
  const jestArguments = firstForJest === -1 ? [] : args.slice(firstForJest);
  return { projects: selected.length > 0 ? selected : testProjects, repeat, load, jestArguments };
}

/** Takes an option out of arguments, with the words that belong to it. */
function take(args: string[], option: string, words: number): string[] {
  const place = args.indexOf(option);
  return place === -1 ? [] : args.splice(place, words);
}

function isTestProject(argument: string): argument is TestProject {
  return testProjects.some((project) => project === argument);
}
