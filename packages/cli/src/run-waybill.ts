import { JourneySourceError } from '@waybill/journey/sources';
import { type Command, type ExitCode, type Output, UsageError } from './command.ts';
import { doctor } from './doctor.ts';
import { journey } from './journey.ts';
import { policyCheck } from './policy/policy-check.ts';
import { policyExplain } from './policy/policy-explain.ts';
import { policyLint } from './policy/policy-lint.ts';
import { view } from './view/view.ts';

const commands: readonly Command[] = [policyCheck, policyExplain, policyLint, journey, view, doctor];

/**
 * Runs the command that arguments name.
 *
 * @param args what stands behind `waybill`.
 */
export async function runWaybill(args: readonly string[], output: Output): Promise<ExitCode> {
  const command = commands.find(({ words }) => words.every((word, index) => args[index] === word));
  const isHelp = args.some((argument) => argument === '--help' || argument === '-h');
  if (command === undefined) {
    if (isHelp || args[0] === 'help') {
      output.out(overview());
      return 0;
    }
    const given =
      args.length === 0
        ? 'No command was given'
        : `There is no command ${JSON.stringify(args.slice(0, 2).join(' '))}`;
    output.error(`${new UsageError(`${given}.`).message}\n\n${overview()}`);
    return 2;
  }
  if (isHelp) {
    output.out(helpOf(command));
    return 0;
  }
  try {
    return await command.run(args.slice(command.words.length), output);
  } catch (error) {
    if (error instanceof JourneySourceError) {
      output.error(error.message);
      return 1;
    }
    if (!(error instanceof UsageError)) throw error;
    output.error(`${error.message}\n\n${usageOf(command)}`);
    return 2;
  }
}

function overview(): string {
  const usages = commands.map((command) => ({ usage: nameOf(command), summary: command.summary }));
  const width = Math.max(...usages.map(({ usage }) => usage.length));
  const lines = usages.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
  return `Usage:\n${lines.join('\n')}\n\nwaybill COMMAND --help tells more of a command.`;
}

function helpOf(command: Command): string {
  return `${usageOf(command)}\n\n${command.help}`;
}

function usageOf(command: Command): string {
  return `Usage: ${nameOf(command)} ${command.parameters}`;
}

function nameOf({ words }: Command): string {
  return ['waybill', ...words].join(' ');
}
