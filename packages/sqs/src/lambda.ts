import {
  checkFunction,
  copySignature,
  instrumenterOf,
  type ProcessMessagesOptions,
  processMessage,
  settleMessages,
  type Waybill,
  wrongUse,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import { type BatchResponse, type Handler, Invocation, outcomeOf } from './lambda-invocation.ts';
import { incomingRecord, type SqsRecord, sqsRecordsOf } from './lambda-record.ts';

/** How {@link traceLambdaHandler} goes about an invocation. */
export interface LambdaOptions {
  /**
   * How long an answer may wait for spans and metrics to be exported, in ms; never longer than the invocation has left. Lambda freezes
   * the process with the answer. A whole number; 0 does not wait. Default 1,000.
   */
  readonly flushTimeout?: number | undefined;
}

/**
 * Traces a Lambda function that is invoked with messages of SQS: each record has a process span. An event with one record is handled
 * inside its span. Of an event with several, each record that the function hands to {@link processRecord}, {@link processRecords} or
 * {@link traceRecordHandler} is handled inside its span, and the others have one that covers the invocation. Records that the
 * answer names in `batchItemFailures` have failed spans. An event of another source is handed on as it is.
 *
 * Spans and metrics are exported before the function answers.
 *
 * @returns a function of the same type. It answers and throws what `handler` does.
 * @throws {WaybillError} with code `WAYBILL_NOT_A_FUNCTION` when the handler is not a function, `WAYBILL_INVALID_OPTION` when an option is wrong.
 *
 * @example
 * export const handler = traceLambdaHandler(
 *   (event: SQSEvent) => processRecords(event, async ({ body }) => ship(JSON.parse(body))),
 *   waybill,
 * );
 */
export function traceLambdaHandler<H extends (event: never, context: never, callback: never) => unknown>(
  handler: H,
  waybill: Waybill,
  options: LambdaOptions = {},
): H {
  checkFunction(handler, 'traceLambdaHandler', 'Write traceLambdaHandler(async (event) => { … }, waybill).');
  const timeout = checkedFlushTimeout(options);
  const instrumenter = instrumenterOf(waybill, adapterInfo, 'traceLambdaHandler');
  if (instrumenter.isDisabled) return handler;
  const call = handler as unknown as Handler;
  const traced = function (this: unknown, ...args: Parameters<Handler>): unknown {
    const records = instrumenter.isIdle ? [] : sqsRecordsOf(args[0]);
    if (records.length === 0) return call.apply(this, args);
    const invocation = new Invocation(instrumenter, records, timeout, args[1]);
    return invocation.answer(this, call, args);
  };
  // Lambda tells a function that takes a callback by its length.
  return copySignature(Object.assign(traced, handler), handler) as unknown as H;
}

/**
 * Handles one record of an event in its span, with its context and baggage. The function's handler is wrapped with
 * {@link traceLambdaHandler}.
 *
 * @returns what the handler returns. What it throws is recorded on the span and thrown on.
 * @throws {WaybillError} with code `WAYBILL_NOT_A_FUNCTION` when there is no handler.
 *
 * @example
 * for (const record of event.Records) await processRecord(record, async ({ body }) => ship(JSON.parse(body)));
 */
export function processRecord<T extends object, R>(record: T, handler: (record: T) => R): R {
  checkFunction(handler, 'processRecord', 'Write processRecord(record, async (record) => { … }).');
  return processMessage(record, handler);
}

/** How {@link processRecords} goes about the records of an event. */
export interface ProcessRecordsOptions<T> extends ProcessMessagesOptions {
  /** Is told of every record that failed, as the answer has no place for errors: to log them. Default: errors are on the spans only. */
  readonly onFailure?: ((error: unknown, record: T) => void) | undefined;
}

/**
 * Handles the records of an event, each in its span and with its context and baggage, and gives the answer that Lambda needs to show
 * again those that failed, and no others. The event source mapping has to have `ReportBatchItemFailures` on. The function's handler is
 * wrapped with {@link traceLambdaHandler}.
 *
 * Records of one message group of a FIFO queue are handled one after the other. When one of them fails, the rest of its group is not
 * handled and counts as failed, so that SQS delivers it again in order; with `stopOnFailure` nothing more is handled at all.
 *
 * @throws {AggregateError} when a record failed that has no `messageId`: only a failure of the whole event brings it again.
 * @throws {WaybillError} with code `WAYBILL_WRONG_MESSAGES`, `WAYBILL_NOT_A_FUNCTION` or `WAYBILL_INVALID_OPTION` when the event, the handler or the options are none.
 *
 * @example
 * export const handler = traceLambdaHandler(
 *   (event: SQSEvent) => processRecords(event, handleOrder, { concurrency: 5, onFailure: (error) => console.error(error) }),
 *   waybill,
 * );
 */
export async function processRecords<T extends { readonly messageId: string }, R>(
  event: { readonly Records: readonly T[] },
  handler: (record: T) => R,
  { onFailure, ...options }: ProcessRecordsOptions<T> = {},
): Promise<BatchResponse> {
  checkFunction(handler, 'processRecords', 'Write processRecords(event, async (record) => { … }).');
  const records: unknown = event?.Records;
  if (!Array.isArray(records)) {
    throw wrongUse(
      'WAYBILL_WRONG_MESSAGES',
      'processRecords: event',
      event,
      'is not an event of SQS. Pass the event that Lambda invoked the function with, which has a list of Records.',
    );
  }
  const results = await settleMessages<T, R>(records, handler, options);
  const failures: { readonly record: T; readonly reason: unknown }[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'rejected') failures.push({ record: records[index], reason: result.reason });
  }
  for (const { record, reason } of failures) onFailure?.(reason, record);
  const unnamed = failures.filter(({ record }) => typeof record.messageId !== 'string');
  if (unnamed.length > 0) {
    throw new AggregateError(
      failures.map(({ reason }) => reason),
      `${unnamed.length} of ${records.length} records failed that have no messageId; the event fails as a whole.`,
    );
  }
  return { batchItemFailures: failures.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

/**
 * Traces the handler of one record, for `processPartialResponse` and its siblings in `@aws-lambda-powertools/batch`: it runs in the
 * record's span, with its context and baggage, inside {@link traceLambdaHandler} or without it.
 *
 * @returns a function of the same type, with further arguments passed on.
 * @throws {WaybillError} with code `WAYBILL_NOT_A_FUNCTION` when the handler is not a function.
 *
 * @example
 * const processor = new BatchProcessor(EventType.SQS);
 * const recordHandler = traceRecordHandler(async (record: SQSRecord) => ship(JSON.parse(record.body)), waybill);
 * export const handler = traceLambdaHandler(
 *   (event: SQSEvent, context) => processPartialResponse(event, recordHandler, processor, { context }),
 *   waybill,
 * );
 */
export function traceRecordHandler<T extends object, Rest extends unknown[], R>(
  handler: (record: T, ...rest: Rest) => R,
  waybill: Waybill,
): (record: T, ...rest: Rest) => R {
  checkFunction(handler, 'traceRecordHandler', 'Write traceRecordHandler(async (record) => { … }, waybill).');
  const instrumenter = instrumenterOf(waybill, adapterInfo, 'traceRecordHandler');
  return function (this: unknown, record, ...rest) {
    if (instrumenter.isIdle || Object(record) !== record) return handler.call(this, record, ...rest);
    instrumenter.remember([incomingRecord(record as unknown as SqsRecord)], outcomeOf);
    return processMessage(record, () => handler.call(this, record, ...rest));
  };
}

function checkedFlushTimeout(options: LambdaOptions): number {
  const { flushTimeout = 1_000 } = (Object(options) ?? {}) as LambdaOptions;
  if (Number.isInteger(flushTimeout) && flushTimeout >= 0) return flushTimeout;
  throw wrongUse(
    'WAYBILL_INVALID_OPTION',
    'traceLambdaHandler: flushTimeout',
    flushTimeout,
    'is not a whole number of milliseconds from 0. Write { flushTimeout: 1000 }, or leave it out.',
  );
}
