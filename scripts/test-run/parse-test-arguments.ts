/** The Jest projects, in the order they run: what fails fastest comes first. */
export const testProjects = ['unit', 'package', 'container'] as const;

export type TestProject = (typeof testProjects)[number];

export interface TestArguments {
  readonly projects: readonly TestProject[];
  readonly jestArguments: readonly string[];
}

/** `[project...] [anything Jest takes...]`: leading project names select, the rest goes to Jest. */
export function parseTestArguments(given: readonly string[]): TestArguments {
  // `pnpm test:unit -- path` hands the two hyphens on, behind which Jest would read no option.
  const args = given.filter((argument) => argument !== '--');
  const firstForJest = args.findIndex((argument) => !isTestProject(argument));
  const selected = (firstForJest === -1 ? args : args.slice(0, firstForJest)).filter(isTestProject);
  const jestArguments = firstForJest === -1 ? [] : args.slice(firstForJest);
  return { projects: selected.length > 0 ? selected : testProjects, jestArguments };
}

function isTestProject(argument: string): argument is TestProject {
  return testProjects.some((project) => project === argument);
}
