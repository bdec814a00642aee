import {
  createWaybill,
  type ExplainOptions,
  type PolicyExplanation,
  WaybillError,
  type WaybillPolicy,
} from '@waybill/core';
import { type Command, UsageError } from '../command.ts';
import { parseArguments } from '../parse-arguments.ts';
import { describeExplanation } from './describe-explanation.ts';
import { describeMistake, readPolicy } from './read-policy.ts';

/** Tells what a policy does with a message. */
export const policyExplain: Command = {
  words: ['policy', 'explain'],
  parameters: 'FILE --queue [SYSTEM:]NAME [options]',
  summary: 'tells what a policy does with a message, and why',
  help: `It tells which rule holds and why it beats the others, and what happens to trace and baggage where the message is
sent and where it is handled. The code that decides for messages answers.

  --queue [SYSTEM:]NAME  the queue, topic or exchange: orders, kafka:orders. Rules that name a system need one
  --age DURATION         how long ago the message was published: 3m. Default: just now
  --delay DURATION       how much of its age the sender wanted it to wait
  --attempt NUMBER       which delivery it is, from 1
  --unsampled            its trace is not sampled
  --in-span              a span is active where it is handled
  --recurring            a schedule made it
  --context KIND         what it carries: valid, none or malformed. Default: valid
  --requests RELATION    the relation that its sender requests: parent, link or none
  --baggage KEYS         the baggage keys that are active where it is sent: tenant.id,user.name
  --json                 the object that waybill.explain() returns

Exit code: 0, 1 where the file is wrong, 2 for wrong arguments.`,

  run(args, output) {
    const { values, positionals } = parseArguments(args, options);
    const { queue, json, ...supposed } = values;
    const [file, ...others] = positionals;
    if (file === undefined) throw new UsageError('The file is missing.');
    if (others.length > 0)
      throw new UsageError(`There is one file at most; ${JSON.stringify(others[0])} is another.`);
    if (queue === undefined) throw new UsageError('--queue is missing.');
    const read = readPolicy(file);
    if (read.policy === undefined) {
      for (const mistake of read.mistakes) output.error(describeMistake(file, mistake));
      return 1;
    }
    const explanation = explain(read.policy, queue, supposed);
    output.out(
      json ? JSON.stringify(explanation, undefined, 2) : describeExplanation(explanation, read.placeOf),
    );
    return 0;
  },
};

const options = {
  queue: { type: 'string' },
  age: { type: 'string' },
  delay: { type: 'string' },
  attempt: { type: 'string' },
  unsampled: { type: 'boolean' },
  'in-span': { type: 'boolean' },
  recurring: { type: 'boolean' },
  context: { type: 'string' },
  requests: { type: 'string' },
  baggage: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What the options suppose of the message, as they were written. */
interface Supposed {
  readonly [option: string]: string | boolean | undefined;
}

/** Asks core. What it says of the options is told in the words of the command. */
function explain(policy: WaybillPolicy, queue: string, supposed: Supposed): PolicyExplanation {
  const { age, delay, attempt, baggage, 'in-span': inSpan, ...others } = supposed;
  const supposition: Record<keyof ExplainOptions | string, unknown> = {
    ...others,
    inSpan,
    age: numberOr(age),
    delay: numberOr(delay),
    attempt: numberOr(attempt),
    baggage: typeof baggage === 'string' ? baggage.split(',') : undefined,
  };
  const waybill = createWaybill({ policy });
  try {
    // It checks what it is given.
    return waybill.explain(queue, supposition as ExplainOptions);
  } catch (error) {
    if (!(error instanceof WaybillError)) throw error;
    const [, ...mistakes] = error.message.split('\n');
    throw new UsageError(
      mistakes
        .map((mistake) =>
          mistake.trim().replace(/^options\.(\w+)|^queue/, (place, option = place) => `--${option}`),
        )
        .join('\n'),
    );
  }
}

/** A number where a text is one; anything else as it is, for core to refuse. */
function numberOr(value: string | boolean | undefined): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
