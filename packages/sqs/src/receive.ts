import type { QueueAttributeName, ReceiveMessageRequest, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import { copyWith, type Instrumenter } from '@waybill/core/adapter';
import { receivedMessage } from './incoming-message.ts';
import type { Operation } from './operation.ts';
import { addressOf, type Queue, queueOf } from './queue.ts';

/** `ReceiveMessage`. It asks for what tracing needs on top of what the caller asked for. */
export const receiveMessage: Operation<ReceiveMessageRequest, ReceiveMessageResult> = (
  instrumenter,
  input,
  call,
) => {
  const queue = queueOf(input);
  if (queue === undefined) return call(input);
  const asking = instrumenter.isIdle ? input : copyWith(input, namesToAskFor(input, queue, instrumenter));
  return instrumenter.receive({
    ...addressOf(queue),
    invoke: () => call(asking),
    messages: ({ output }) => (output.Messages ?? []).map((message) => receivedMessage(queue, message)),
  });
};

/** The names that an application asks for, and those that tracing needs. */
export function namesToAskFor(
  input: NamesAskedFor,
  queue: Queue,
  { headerNames }: Instrumenter,
): NamesAskedFor {
  return {
    MessageAttributeNames: withNames(input.MessageAttributeNames, spellings(headerNames), ['All', '.*']),
    ...systemAttributes(input, queue),
  };
}

type NamesAskedFor = Pick<
  ReceiveMessageRequest,
  'AttributeNames' | 'MessageAttributeNames' | 'MessageSystemAttributeNames'
>;

/**
 * Who names system attributes by the older of the two parameters gets ours by that one as well. Its type knows only names of
 * queue attributes; SQS takes both kinds.
 */
function systemAttributes(
  { MessageSystemAttributeNames: names, AttributeNames: olderNames }: NamesAskedFor,
  { fifo }: Queue,
): Pick<ReceiveMessageRequest, 'AttributeNames' | 'MessageSystemAttributeNames'> {
  const wanted: WantedName[] = ['SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader'];
  if (fifo) wanted.push('MessageGroupId');
  if (names === undefined && olderNames !== undefined) {
    return { AttributeNames: withNames<string>(olderNames, wanted, ['All']) as QueueAttributeName[] };
  }
  return { MessageSystemAttributeNames: withNames(names, wanted, ['All']) };
}

/**
 * Headers go by any case, and SQS finds an attribute by the very name that it was sent under. Senders write the names as the
 * specifications have them, as Go and HTTP/1.1 spell headers, or as words.
 */
function spellings(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const capitalized = name.replaceAll(/(?<=^|-)\w/g, upperFirst);
    const words = capitalized.replaceAll(/(?<=trace|parent|span)(?:parent|state|span|id)/gi, upperFirst);
    return words === capitalized ? [name, capitalized] : [name, capitalized, words];
  });
}

function upperFirst(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

type WantedName = 'SentTimestamp' | 'ApproximateReceiveCount' | 'AWSTraceHeader' | 'MessageGroupId';

/** The names that are asked for and those that are wanted. What is not a list is left for SQS to refuse. */
function withNames<T extends string>(
  asked: T[] | undefined,
  wanted: readonly T[],
  all: readonly string[],
): T[] {
  const names = asked ?? [];
  if (!Array.isArray(names) || names.some((name) => all.includes(name))) return names;
  return [...new Set([...names, ...wanted])];
}
