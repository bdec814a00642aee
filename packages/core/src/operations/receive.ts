import { type Link, SpanKind } from '@opentelemetry/api';
import { safely } from '../diag.ts';
import { activeContext } from '../ground/run-in.ts';
import { onSettled } from '../ground/settled.ts';
import type { QueueMetrics } from '../metrics/queue-metrics.ts';
import { arrivalContext, distrust } from '../propagation/extract.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { OpenReceive, ReceiveCall, ReceiveQuestion } from '../seam/calls.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import { distinctLinks, linkTo } from '../spans/links.ts';
import { isReceivedBy } from '../spans/other-instrumentation.ts';
import { hasEnded, isRecording } from '../spans/start-span.ts';
import type { Environment } from './environment.ts';
import { Operation } from './operation.ts';
import { rememberMessages } from './process/remember-messages.ts';
import { addId, callAttributes } from './span-attributes.ts';

/** Receives messages. The span is made afterwards, when it is known whether messages came. */
export function receive<R>(env: Environment, call: ReceiveCall<R>): Promise<R> {
  const question = openReceive(env, call);
  return onSettled(() => call.invoke(), {
    succeeded: (answer) => question.succeeded(answer),
    failed: (error) => question.failed(error),
  });
}

/** Starts to receive messages. */
export function openReceive<R>(env: Environment, call: ReceiveQuestion<R>): OpenReceive<R> {
  const operation = new Operation(env, 'operationDuration', 'end');
  const startSpan = spanStarter(env, operation, call);
  const { receive: name } = env.adapter.operations;
  const queue = env.queues.of(call);
  const end = (prepare: () => void): void => {
    operation.stop();
    safely('Tracing a receive', () => {
      try {
        prepare();
      } finally {
        operation.finish((errorType) => queue.metrics.attributes(name, errorType));
      }
    });
  };
  return {
    succeeded: (answer) =>
      end(() => {
        const messages = call.messages(answer);
        rememberMessages(env, messages, 'count');
        countReceived(env, operation, messages);
        if (messages.length > 0) startSpan(messages);
      }),
    failed: (error) =>
      end(() => {
        try {
          startSpan();
        } finally {
          operation.fail(error);
        }
      }),
  };
}

/**
 * Notes the state at the start of a receive: the surrounding span may have ended when the answer comes.
 *
 * @returns what starts the span of the receive when the answer is there, if there is to be one.
 */
function spanStarter<R>(
  env: Environment,
  operation: Operation,
  call: ReceiveQuestion<R>,
): (messages?: readonly IncomingMessage[]) => void {
  const startTime = Date.now();
  const around = MessageContext.of(activeContext());
  // A poll loop that was started in a span would otherwise continue its trace forever after the span has ended.
  const parent = around.span !== undefined && hasEnded(around.span) ? around.outsideOfSpans() : around;
  const { span: ambient } = parent;
  const { receiveSpans } = env.settings;
  // The receive spans of a poll loop would be root spans of no use.
  const queue = env.queues.of(call);
  const isWanted =
    receiveSpans !== 'never' &&
    queue.makesSpan(ambient) &&
    !isReceivedBy(ambient, call.destination, env) &&
    (receiveSpans === 'always' || (ambient !== undefined && isRecording(ambient)));
  return (messages) => {
    if (!isWanted) return;
    const template = queue.template(env.adapter.operations.receive, 'receive');
    const attributes = callAttributes(template, messages?.length, call);
    const links = distinctLinks((messages ?? []).flatMap((message) => creationLinks(env, message)));
    operation.startSpan(template, { kind: SpanKind.CLIENT, links, startTime, attributes }, parent);
  };
}

function creationLinks(env: Environment, message: IncomingMessage): Link[] {
  const { rule, codec } = env.queues.of(message);
  if (rule.trust === 'untrusted') distrust(message);
  const created = arrivalContext(message, codec, rule);
  return created === undefined ? [] : [linkTo('creation', created, addId({}, message))];
}

function countReceived(
  env: Environment,
  { instruments }: Operation,
  messages: readonly IncomingMessage[],
): void {
  const consumed = instruments?.consumedMessages;
  if (consumed === undefined) return;
  const counts = new Map<string, { count: number; readonly metrics: QueueMetrics }>();
  for (const message of messages) {
    const { metrics } = env.queues.of(message);
    const group = counts.get(metrics.destination.name);
    if (group === undefined) counts.set(metrics.destination.name, { count: 1, metrics });
    else group.count += 1;
  }
  for (const { count, metrics } of counts.values()) {
    consumed.add(count, metrics.attributes(env.adapter.operations.receive));
  }
}
