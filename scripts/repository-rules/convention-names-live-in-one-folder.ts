import { publishedSources, type Repository } from './repository.ts';
import type { Violation } from './violation.ts';

const folder = 'packages/core/src/semantic-conventions/';

/** Where an adapter declares the names of its broker. */
const ofAdapter = /^packages\/[^/]+\/src\/adapter-info\.ts$/;
const conventionName = /^(messaging|kafka|rabbitmq|aws\.sqs)\./;

/** The names of the messaging conventions change with their version; one folder follows them, and one file of each adapter. */
export function conventionNamesLiveInOneFolder(repository: Repository): readonly Violation[] {
  return publishedSources(repository)
    .filter(({ path }) => !path.startsWith(folder) && !ofAdapter.test(path))
    .flatMap((file) =>
      file.strings
        .filter((string) => conventionName.test(string))
        .map((string) => ({
          file: file.path,
          rule: 'convention-names-live-in-one-folder',
          problem: `holds the name '${string}'.`,
          fix: `Name it in ${folder} and import it from there (adapters: from '@waybill/core/adapter'), or, where only one broker has it, in the adapter's adapter-info.ts.`,
        })),
    );
}
