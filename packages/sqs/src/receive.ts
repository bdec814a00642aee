import type { QueueAttributeName, ReceiveMessageRequest, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import { copyWith, type Instrumenter } from '@waybill/core/adapter';
import { receivedMessage } from './incoming-message.ts';
import type { Operation } from './operation.ts';
import { addressOf, type Queue, queueOf } from './queue.ts';

/** `ReceiveMessage`. It asks for the attributes that tracing needs, beside those that the caller asked for. */
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
 * If the caller uses the older parameter for system attributes, ours are added to that one. Its type knows only names of
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
 * The spellings of header names. SQS finds an attribute only by its exact name. Senders spell names like the specifications, like
 * headers of Go and HTTP/1.1, or as words.
 */
function spellings(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const capitalized = name.replaceAll(/(?<=^|-)\w/g, upperFirst);
    const words = capitalized.replaceAll(/(?<=trace|parent|span)(?:parent|state|span|id)/gi, upperFirst);
    return [name, capitalized, words];
  });
}

function upperFirst(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

type WantedName = 'SentTimestamp' | 'ApproximateReceiveCount' | 'AWSTraceHeader' | 'MessageGroupId';

/** The caller's names and ours. SQS refuses a value that is not a list. */
function withNames<T extends string>(
  asked: T[] | undefined,
  wanted: readonly T[],
  all: readonly string[],
): T[] {
  const names = asked ?? [];
  if (!Array.isArray(names) || names.some((name) => all.includes(name))) return names;
  return [...new Set([...names, ...wanted])];
}
