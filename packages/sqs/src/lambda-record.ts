import type { HeaderFormat } from '@waybill/core/adapter';
import { type MessageFacts, SqsIncomingMessage } from './incoming-message.ts';
import { queueOfArn } from './queue.ts';

/** A message attribute in the shape of Lambda's events: bytes are text in base64. */
interface RecordAttribute {
  readonly stringValue?: unknown;
  readonly binaryValue?: unknown;
}

/** A message of SQS in the shape of Lambda's events. */
export interface SqsRecord {
  readonly messageId?: unknown;
  readonly receiptHandle?: unknown;
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  readonly messageAttributes?: Readonly<Record<string, RecordAttribute>>;
  readonly body?: unknown;
  readonly eventSource?: unknown;
  readonly eventSourceARN?: unknown;
}

/** The records of an event; none where it is not an event of SQS. */
export function sqsRecordsOf(event: unknown): readonly SqsRecord[] {
  const { Records: records } = Object(event) as { Records?: unknown };
  if (!Array.isArray(records)) return [];
  const isSqs = (record: unknown): record is SqsRecord =>
    (Object(record) as SqsRecord).eventSource === 'aws:sqs';
  return records.every(isSqs) ? records : [];
}

/** A record as core sees it. */
export function incomingRecord(record: SqsRecord): SqsIncomingMessage {
  const { messageId, receiptHandle, attributes, messageAttributes } = record;
  return new SqsIncomingMessage(queueOfArn(record.eventSourceARN), {
    native: record,
    id: typeof messageId === 'string' ? messageId : undefined,
    receipt: typeof receiptHandle === 'string' ? receiptHandle : undefined,
    systemAttributes: objectOr(attributes),
    messageAttributes: objectOr(messageAttributes),
    body: record.body,
    isInvocation: true,
    format: recordFormat,
  } as MessageFacts<never>);
}

const recordFormat: HeaderFormat<RecordAttribute> = {
  read(attribute) {
    if (typeof attribute?.stringValue === 'string') return attribute.stringValue;
    return typeof attribute?.binaryValue === 'string'
      ? Buffer.from(attribute.binaryValue, 'base64')
      : undefined;
  },
  write: (text) => ({ stringValue: text }),
};

function objectOr<T extends object>(value: T | undefined): T | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}
