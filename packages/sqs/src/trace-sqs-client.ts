import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  type Instrumenter,
  isTraced,
  markTraced,
  type Traceable,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import type { Operation } from './operation.ts';
import { receiveMessage } from './receive.ts';
import { sendMessage, sendMessageBatch } from './send.ts';
import { settleMessage, settleMessageBatch } from './settle.ts';

/**
 * Traces a client of SQS, an `SQSClient` or the aggregated `SQS`, through its own middleware stack: messages it sends carry
 * the trace context and the baggage that are active at the call, and messages it receives can be handled with
 * `processMessage`. Inputs that are passed in are not changed.
 *
 * @returns the same client.
 *
 * @example
 * const sqs = traceSqsClient(new SQSClient({}), waybill);
 * await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
 */
export function traceSqsClient<C extends Pick<SQSClient, 'middlewareStack'>>(client: C, waybill: Waybill): C {
  return traceOnce(client, waybill, adapterInfo, traceable, (instrumenter) => {
    const { middlewareStack } = client;
    // A decorator may share the stack of the client that it is around.
    if (isTraced(middlewareStack, waybill, 'traceSqsClient')) return;
    middlewareStack.add(
      (next, context) => {
        const operation = operations.get(String(context.commandName));
        return operation === undefined ? next : (args) => run(operation, instrumenter, args, next);
      },
      // Behind the application's own middleware: the attributes that it adds leave less room for ours.
      { step: 'initialize', priority: 'low', name: 'waybill', tags: ['TRACING'] },
    );
    markTraced(middlewareStack, waybill);
  });
}

const traceable: Traceable = {
  by: 'traceSqsClient',
  wanted: 'a client of @aws-sdk/client-sqs',
  from: 'new SQSClient()',
  methods: ['middlewareStack.add'],
  keepsOrder: true,
};

/** The stack does not type its input by command; the table of {@link operations} does. */
function run<Args extends { input: object }, Result extends { output: object }>(
  operation: Operation<never, never>,
  instrumenter: Instrumenter,
  args: Args,
  next: (args: Args) => Promise<Result>,
): Promise<Result> {
  const call = (input: object): Promise<Result> => next({ ...args, input });
  return (operation as unknown as Operation<object, object>)(
    instrumenter,
    args.input,
    call,
  ) as Promise<Result>;
}

const operations: ReadonlyMap<string, Operation<never, never>> = new Map<string, unknown>([
  ['SendMessageCommand', sendMessage],
  ['SendMessageBatchCommand', sendMessageBatch],
  ['ReceiveMessageCommand', receiveMessage],
  ['DeleteMessageCommand', settleMessage('delete')],
  ['DeleteMessageBatchCommand', settleMessageBatch('delete')],
  ['ChangeMessageVisibilityCommand', settleMessage('change_visibility')],
  ['ChangeMessageVisibilityBatchCommand', settleMessageBatch('change_visibility')],
]) as ReadonlyMap<string, Operation<never, never>>;
