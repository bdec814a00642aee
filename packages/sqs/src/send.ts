import type {
  SendMessageBatchRequest,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import { copyWith } from '@waybill/core/adapter';
import { EntryError } from './entry-error.ts';
import { ByteBudget } from './message-size.ts';
import type { Operation } from './operation.ts';
import { SqsOutgoingMessage } from './outgoing-message.ts';
import { queueOf } from './queue.ts';

/** `SendMessage`. */
export const sendMessage: Operation<SendMessageRequest, SendMessageResult> = (instrumenter, input, call) => {
  const queue = queueOf(input);
  if (instrumenter.isIdle || queue === undefined) return call(input);
  const message = new SqsOutgoingMessage(queue, input, new ByteBudget([input]));
  return instrumenter.publish({
    messages: [message],
    batch: false,
    completes: 'promise',
    invoke: () => call(message.copy),
    outcome: ({ output }, each) => each(0, output.MessageId),
  });
};

/** `SendMessageBatch`. SQS itself refuses invalid input. */
export const sendMessageBatch: Operation<SendMessageBatchRequest, SendMessageBatchResult> = (
  instrumenter,
  input,
  call,
) => {
  const queue = queueOf(input);
  const { Entries: entries } = input;
  if (instrumenter.isIdle || queue === undefined || !isBatch(entries)) return call(input);
  const budget = new ByteBudget(entries);
  const messages = entries.map((entry) => new SqsOutgoingMessage(queue, entry, budget));
  return instrumenter.publish({
    messages,
    batch: true,
    completes: 'promise',
    invoke: () => call(copyWith(input, { Entries: messages.map(({ copy }) => copy) })),
    outcome({ output }, each) {
      const indices = new Map(entries.map(({ Id }, index) => [Id, index]));
      for (const { Id, MessageId } of output.Successful ?? []) each(indices.get(Id) ?? -1, MessageId);
      for (const failed of output.Failed ?? []) {
        each(indices.get(failed.Id) ?? -1, undefined, new EntryError(failed));
      }
    },
  });
};

function isBatch(entries: unknown): entries is SendMessageBatchRequestEntry[] {
  return Array.isArray(entries) && entries.length > 0 && entries.every((entry) => Object(entry) === entry);
}
