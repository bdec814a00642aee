import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { EntryError } from './entry-error.ts';
import type { Operation } from './operation.ts';
import { addressOf, queueOf } from './queue.ts';

interface SettleRequest {
  readonly QueueUrl: string | undefined;
  readonly ReceiptHandle: string | undefined;
}

interface SettleBatchRequest {
  readonly QueueUrl: string | undefined;
  readonly Entries: readonly { readonly ReceiptHandle: string | undefined }[] | undefined;
}

/** `DeleteMessage` and `ChangeMessageVisibility`. */
export function settleMessage<Input extends SettleRequest, Output>(
  operation: string,
): Operation<Input, Output> {
  return (instrumenter, input, call) => {
    const queue = queueOf(input);
    if (queue === undefined) return call(input);
    return instrumenter.settle({
      operation,
      ...addressOf(queue),
      receipts: [input.ReceiptHandle],
      batch: false,
      invoke: () => call(input),
    });
  };
}

/** `DeleteMessageBatch` and `ChangeMessageVisibilityBatch`. */
export function settleMessageBatch<
  Input extends SettleBatchRequest,
  Output extends { readonly Failed?: BatchResultErrorEntry[] | undefined },
>(operation: string): Operation<Input, Output> {
  return (instrumenter, input, call) => {
    const queue = queueOf(input);
    if (queue === undefined || !Array.isArray(input.Entries)) return call(input);
    return instrumenter.settle({
      operation,
      ...addressOf(queue),
      receipts: input.Entries.map((entry) => entry?.ReceiptHandle),
      batch: true,
      invoke: () => call(input),
      failures: ({ output }) => (output.Failed ?? []).map((failed) => new EntryError(failed)),
    });
  };
}
