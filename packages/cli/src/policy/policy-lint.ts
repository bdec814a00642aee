import { type Command, UsageError } from '../command.ts';
import { parseArguments } from '../parse-arguments.ts';
import { describeMistake, readPolicy } from './read-policy.ts';
import { unreachableRules } from './unreachable-rules.ts';

/** Tells which rules of a policy can never hold. */
export const policyLint: Command = {
  words: ['policy', 'lint'],
  parameters: 'FILE [--system NAME]... [--json]',
  summary: 'tells which rules can never hold',
  help: `A rule can never hold where, for every name that it matches, another rule is closer; and where it names a messaging
system that there is not.

  --system NAME  a messaging system of an adapter of your own; may be repeated
  --json         an array of { place, rule, because }

Exit code: 0 where every rule can hold, 1 where one cannot or the file is wrong, 2 for wrong arguments.`,

  run(args, output) {
    const { values, positionals } = parseArguments(args, {
      system: { type: 'string', multiple: true },
      json: { type: 'boolean' },
    });
    const [file, ...others] = positionals;
    if (file === undefined) throw new UsageError('The file is missing.');
    if (others.length > 0)
      throw new UsageError(`There is one file at most; ${JSON.stringify(others[0])} is another.`);
    const read = readPolicy(file);
    if (read.policy === undefined) {
      for (const mistake of read.mistakes) output.error(describeMistake(file, mistake));
      return 1;
    }
    const found = unreachableRules(read.policy, values.system).map(({ pattern, because }) => ({
      place: read.placeOf(['queues', pattern]),
      rule: pattern,
      because,
    }));
    if (values.json) {
      output.out(JSON.stringify(found, undefined, 2));
    } else {
      for (const { place, rule, because } of found) {
        output.out(`${place}: ${JSON.stringify(rule)} never holds: ${because}`);
      }
      if (found.length === 0) output.out(`${file}: every rule can hold`);
    }
    return found.length === 0 ? 0 : 1;
  },
};
