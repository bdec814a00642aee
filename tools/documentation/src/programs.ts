import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Snippet } from './read-snippets.ts';

/** A broker that a program of the documentation connects to. */
export type ProgramBroker = 'kafka' | 'rabbitmq' | 'redis' | 'sqs';

const clients: Readonly<Record<ProgramBroker, string>> = {
  kafka: 'kafkajs',
  rabbitmq: 'amqplib',
  redis: 'bullmq',
  sqs: '@aws-sdk/client-sqs',
};

/** The brokers whose clients a program imports. */
export function brokersOf({ code }: Snippet): ProgramBroker[] {
  return (Object.keys(clients) as ProgramBroker[]).filter((broker) =>
    code.includes(` from '${clients[broker]}'`),
  );
}

/** Whether a snippet is a program that is run: all of TypeScript, unless the fence says `no_run` or that it is a file of the page. */
export function isRun(snippet: Snippet): boolean {
  const { language, marks } = snippet;
  return language === 'ts' && !marks.includes('no_run') && fileOf(snippet) === undefined;
}

/** The name of the file that a snippet is, as `file=orders.mjs` says: commands of its page run it. */
export function fileOf({ marks }: Snippet): string | undefined {
  return marks.find((mark) => mark.startsWith('file='))?.slice('file='.length);
}

/** Whether a snippet is a command that is run among the files of its page: one whose output the page shows. */
export function isCommand({ language, output }: Snippet): boolean {
  return language === 'sh' && output !== undefined;
}

/** A snippet as a module: with what the comment before it declares. */
export function moduleOf({ setup, code }: Snippet): string {
  return `${setup}${code}\nexport {};\n`;
}

/** Puts the addresses of brokers in the place of those that the documentation names. */
export function withAddresses(code: string, urls: Readonly<Partial<Record<ProgramBroker, string>>>): string {
  const { kafka, rabbitmq, redis, sqs } = urls;
  let result = code;
  if (kafka !== undefined) result = result.replaceAll('localhost:9092', kafka);
  if (rabbitmq !== undefined) result = result.replaceAll('amqp://localhost', rabbitmq);
  if (redis !== undefined) {
    const { hostname, port } = new URL(redis);
    result = result.replaceAll(
      /\{ host: 'localhost'(?:, port: 6379)? \}/g,
      `{ host: '${hostname}', port: ${port} }`,
    );
  }
  if (sqs !== undefined) {
    result = result
      .replaceAll('https://sqs.eu-west-1.amazonaws.com/123456789012', `${sqs}/000000000000`)
      .replaceAll('http://localhost:4566', sqs);
  }
  return result;
}

/**
 * Runs a program of TypeScript to its end, with the packages that `directory` has installed.
 *
 * @returns what it wrote to the standard output.
 * @throws where it fails or takes longer than 50 s, with all that it wrote.
 */
export function runProgram(code: string, directory: string): Promise<string> {
  const evaluate = ['--no-warnings', '--input-type=module-typescript', '--eval', code];
  return run(process.execPath, evaluate, directory);
}

/** As {@link runProgram}, for commands of a shell. Gives what they wrote to both outputs, in the order in which they wrote it. */
export function runCommand(
  command: string,
  directory: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  return run('sh', ['-c', `{ ${command.trimEnd()}\n} 2>&1`], directory, variables);
}

async function run(
  program: string,
  args: readonly string[],
  directory: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...process.env, ...environment, ...variables };
  const options = { cwd: directory, timeout: 50_000, env };
  try {
    return (await promisify(execFile)(program, args, options)).stdout;
  } catch (cause) {
    const { stdout, message } = cause as Error & { stdout: string };
    throw new Error(`${message}\n${stdout}`, { cause });
  }
}

/** What the AWS SDK wants, and no colours. */
const environment = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'eu-west-1',
  NO_COLOR: '1',
  NODE_OPTIONS: '',
};
