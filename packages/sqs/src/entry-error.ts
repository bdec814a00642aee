import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';

/** Why SQS refused one entry of an accepted batch. It is recorded, never thrown. */
export class EntryError extends Error {
  constructor({ Code, Message }: BatchResultErrorEntry) {
    super(Message ?? Code ?? 'refused');
    this.name = Code ?? 'EntryError';
  }
}
