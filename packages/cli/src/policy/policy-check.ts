import { type Command, UsageError } from '../command.ts';
import { parseArguments } from '../parse-arguments.ts';
import { describeMistake, readPolicy } from './read-policy.ts';

/** Tells what is wrong with policy files. */
export const policyCheck: Command = {
  words: ['policy', 'check'],
  parameters: 'FILE... [--json]',
  summary: 'tells what is wrong with policy files',
  help: `FILE is a policy in YAML or JSON, or a configuration of OpenTelemetry with a policy in it.
Each mistake is told with its line and column, its value and the fix.

  --json  an array of { file, line, column, message }

Exit code: 0 where all files are right, 1 where one is wrong, 2 for wrong arguments.`,

  run(args, output) {
    const { values, positionals } = parseArguments(args, { json: { type: 'boolean' } });
    if (positionals.length === 0) throw new UsageError('The file is missing.');
    const files = positionals.map(readPolicy);
    const isRight = files.every(({ mistakes }) => mistakes.length === 0);
    if (values.json) {
      const all = files.flatMap(({ file, mistakes }) => mistakes.map((mistake) => ({ file, ...mistake })));
      output.out(JSON.stringify(all, undefined, 2));
      return isRight ? 0 : 1;
    }
    for (const { file, policy, mistakes } of files) {
      for (const mistake of mistakes) output.out(describeMistake(file, mistake));
      if (policy !== undefined)
        output.out(`${file}: right, with ${countOf(Object.keys(policy.queues ?? {}).length)}`);
    }
    return isRight ? 0 : 1;
  },
};

function countOf(rules: number): string {
  return rules === 1 ? '1 rule' : `${rules} rules`;
}
