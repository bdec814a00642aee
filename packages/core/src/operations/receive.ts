import { type Attributes, type Link, SpanKind } from '@opentelemetry/api';
import { safely } from '../diag.ts';
import { activeContext } from '../ground/run-in.ts';
import { onSettled } from '../ground/settled.ts';
import { metricAttributes } from '../metrics/metric-attributes.ts';
import { arrivalContext, distrust } from '../propagation/extract.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { OpenReceive, ReceiveCall, ReceiveQuestion } from '../seam/receive-call.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { planSpan } from '../span-plan.ts';
import { cutText } from '../spans/describe-message.ts';
import { errorType, failSpan } from '../spans/fail-span.ts';
import { distinctLinks, linkTo } from '../spans/links.ts';
import { isReceivedBy } from '../spans/other-instrumentation.ts';
import { endSpan, hasEnded, isRecording, type Started, startSpan } from '../spans/start-span.ts';
import type { Environment } from './environment.ts';
import { rememberMessages } from './process/process.ts';

/** Asks for messages. The span is made afterwards, when it is known whether there is anything to tell. */
export function receive<R>(env: Environment, call: ReceiveCall<R>): Promise<R> {
  const question = openReceive(env, call);
  return onSettled(() => call.invoke(), {
    succeeded: (answer) => question.succeeded(answer),
    failed: (error) => question.failed(error),
  });
}

/** Begins to ask for messages. */
export function openReceive<R>(env: Environment, question: ReceiveQuestion<R>): OpenReceive<R> {
  const asked = whenAsked(env, question);
  const began = performance.now();
  const traced = (record: (elapsed: number) => void): void => {
    safely('Tracing a receive', () => record(performance.now() - began));
  };
  return {
    succeeded: (answer) =>
      traced((elapsed) => recordMessages(env, question, asked, elapsed, question.messages(answer))),
    failed: (error) => traced((elapsed) => recordFailure(env, question, asked, elapsed, error)),
  };
}

/** What held when messages were asked for. The answer may come when the span around has ended. */
interface Asked {
  /** In ms since the epoch. */
  readonly startTime: number;

  /** The context for a span of the receive. */
  readonly parent: MessageContext;

  /** Whether there is to be a span. */
  readonly isWanted: boolean;
}

function whenAsked<R>(env: Environment, { destination }: ReceiveQuestion<R>): Asked {
  const startTime = Date.now();
  const around = MessageContext.of(activeContext());
  // A poll loop that was started in a span, which has ended since, would go on in its trace without end.
  const parent = around.span !== undefined && hasEnded(around.span) ? around.withSpan(undefined) : around;
  const { span: ambient } = parent;
  const { receiveSpans } = env.settings;
  // Otherwise the receive spans of a poll loop would be roots that nobody reads.
  const isWanted =
    receiveSpans !== 'never' &&
    !isReceivedBy(ambient, destination, env) &&
    (receiveSpans === 'always' || (ambient !== undefined && isRecording(ambient)));
  return { startTime, parent, isWanted };
}

function recordMessages<R>(
  env: Environment,
  call: ReceiveQuestion<R>,
  asked: Asked,
  elapsed: number,
  messages: readonly IncomingMessage[],
): void {
  rememberMessages(env, messages);
  countReceived(env, messages);
  recordDuration(env, call.subject, elapsed, undefined);
  if (messages.length === 0 || !asked.isWanted) return;
  const links = messages.flatMap((message): Link[] => {
    if (env.planFor(message).rule.trust === 'untrusted') distrust(message);
    const created = arrivalContext(message, env.codec);
    return created === undefined ? [] : [linkTo('creation', created, idOf(message))];
  });
  const started = startReceiveSpan(env, call, asked, distinctLinks(links), messages.length);
  endSpan(started);
}

function recordFailure<R>(
  env: Environment,
  call: ReceiveQuestion<R>,
  asked: Asked,
  elapsed: number,
  error: unknown,
): void {
  recordDuration(env, call.subject, elapsed, errorType(error));
  if (!asked.isWanted) return;
  const started = startReceiveSpan(env, call, asked, [], undefined);
  failSpan(started.span, error);
  endSpan(started);
}

function countReceived({ profile, instruments }: Environment, messages: readonly IncomingMessage[]): void {
  const consumed = instruments()?.consumedMessages;
  if (consumed === undefined) return;
  const counts = new Map<string, number>();
  for (const { subject } of messages) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  for (const [subject, count] of counts) {
    consumed.add(count, metricAttributes(profile, profile.operations.receive, subject));
  }
}

function startReceiveSpan<R>(
  env: Environment,
  call: ReceiveQuestion<R>,
  { parent, startTime }: Asked,
  links: Link[],
  count: number | undefined,
): Started {
  const plan = planSpan(env.profile, env.profile.operations.receive, 'receive', call.destination);
  const attributes: Attributes = { ...plan.attributes };
  if (count !== undefined) attributes[attribute.batchMessageCount] = count;
  call.describe?.(attributes);
  const options = { kind: SpanKind.CLIENT, links, startTime, attributes };
  return startSpan(env, plan, options, parent);
}

function idOf({ id }: IncomingMessage): Record<string, string> {
  return id === undefined ? {} : { [attribute.messageId]: cutText(id) };
}

function recordDuration(
  env: Environment,
  subject: string,
  elapsed: number,
  failure: string | undefined,
): void {
  const attributes = metricAttributes(env.profile, env.profile.operations.receive, subject, failure);
  env.instruments()?.operationDuration.record(elapsed / 1_000, attributes);
}
