import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import type { PackedPackage } from '../publishing/pack-packages.ts';
import { runTool } from '../publishing/run-tool.ts';
import { type InstalledNode, installProject } from './install-projects.ts';
import { differenceOf, readProgram } from './readme-program.ts';
import type { Way } from './release-matrix.ts';
import { type Attempt, shorten } from './release-table.ts';

/** What every project is made of. */
export interface Release {
  readonly directory: string;
  readonly packages: readonly PackedPackage[];
  /** The page whose program is run, and its text. */
  readonly page: string;
  readonly text: string;
  /** The versions of what packages and programs ask for, by the names of the packages. */
  readonly catalog: Readonly<Record<string, string>>;
  readonly ways: readonly Way[];
}

/** Makes a project on one Node.js with one package manager, and runs the program in every way, beside an SQS of its own. */
export async function tryProject(
  release: Release,
  node: InstalledNode,
  packageManager: 'npm' | 'pnpm',
): Promise<Attempt[]> {
  const sqs = await startFauxqs({ port: 0, logger: false });
  const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  try {
    const program = readProgram(release.page, release.text, sqs.address);
    const { directory, packageManager: title } = await installProject(
      node,
      packageManager,
      join(release.directory, `${node.version}-${packageManager}`, 'project'),
      release,
      program,
    );
    const project = `${node.version}, ${title}`;
    const attempts: Attempt[] = [];
    for (const way of release.ways) {
      const failure = await failureOf(async () => {
        for (const build of way.builds) await runTool(node.executable, build, directory);
        for (const file of way.programs) {
          // Without a message of the program before.
          sqs.purgeAll();
          sqs.createQueue('orders');
          const output = await runTool(node.executable, [file], directory, environment);
          const difference = differenceOf(output, program);
          if (difference !== undefined) throw new Error(difference);
        }
      });
      attempts.push({ project, way: way.name, failure });
      console.error(
        `${project}: ${way.name}: ${failure === undefined ? 'ok' : `FAILED\n${shorten(failure)}`}`,
      );
    }
    return attempts;
  } finally {
    await sqs.stop();
  }
}

async function failureOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
