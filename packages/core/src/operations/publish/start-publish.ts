import { type Link, type SpanContext, SpanKind } from '@opentelemetry/api';
import { sameForAll } from '../../ground/same-for-all.ts';
import { existingContext, inject, injectBeside } from '../../propagation/inject.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import { distinctLinks, linkTo } from '../../spans/links.ts';
import { isSentBy } from '../../spans/other-instrumentation.ts';
import { type Started, spanTemplate, startSpan, validContext } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import { Operation } from '../operation.ts';
import { addDetail, callAttributes, messageAttributes } from '../span-attributes.ts';
import { type PublishItem, PublishOperation } from './publish-operation.ts';

/** Starts the spans of a publish call and writes their contexts into its messages. */
export function startPublish(
  env: Environment,
  messages: readonly OutgoingMessage[],
  batch: boolean,
  active: MessageContext,
): PublishOperation {
  env.misuse?.used(active.span);
  const items = messages.map((message): PublishItem => {
    const queue = env.queueTelemetry(message);
    return {
      message,
      queue,
      existingContext: queue.rule.propagate ? existingContext(message, active, queue.codec) : undefined,
      messageSpan: undefined,
      errorType: undefined,
    };
  });
  const operation = new Operation(env, 'operationDuration');
  const makesSpan = items.some(({ queue }) => queue.makesSpan(active.span));
  const call =
    makesSpan && !isTraced(env, items, active)
      ? startCallSpan(env, operation, items, batch, active)
      : undefined;
  const context = call?.context ?? active;
  const spanContext = call === undefined ? active.span && validContext(active.span) : call.spanContext;
  const now = env.clock();
  for (const item of items) {
    const isCreated = call !== undefined && batch && item.existingContext === undefined;
    if (isCreated && env.settings.messageSpans && item.queue.makesSpan(call.span)) {
      const dependent = items[item.message.dependent ?? -1]?.messageSpan;
      item.messageSpan = startMessageSpan(env, item, context, dependent);
      writeHeaders(item, item.messageSpan.context, item.messageSpan.spanContext, now);
    } else {
      writeHeaders(item, context, spanContext, now);
    }
  }
  return new PublishOperation(env, items, batch, operation, context);
}

/** Whether another instrumentation has spans for this call. */
function isTraced(env: Environment, items: readonly PublishItem[], { span }: MessageContext): boolean {
  if (span === undefined) return false;
  return items.some((item) => isSentBy(span, item.existingContext, item.message.destination, env));
}

function startCallSpan(
  env: Environment,
  operation: Operation,
  items: readonly PublishItem[],
  batch: boolean,
  active: MessageContext,
): Started {
  // Semantic conventions 1.45, messaging spans, span kind: PRODUCER where this is the context that messages are created in.
  const creates =
    !(batch && env.settings.messageSpans) && items.some((item) => item.existingContext === undefined);
  const kind = creates ? SpanKind.PRODUCER : SpanKind.CLIENT;
  const existing: Link[] = [];
  for (const item of items) {
    if (item.existingContext !== undefined) existing.push(linkTo('creation', item.existingContext));
  }
  const links = distinctLinks(existing);
  const [first] = items;
  if (!batch && first !== undefined) {
    const template = first.queue.send;
    const attributes = messageAttributes(template, first.message);
    const started = operation.startSpan(template, { kind, links, attributes }, active);
    addDetail(started.span, first.message);
    return started;
  }
  const destination = sameForAll(items, ({ message }) => message.destination);
  const template =
    destination === undefined || first === undefined
      ? spanTemplate(env.adapter, env.adapter.operations.send, 'send', undefined)
      : first.queue.send;
  const attributes = callAttributes(template, items.length);
  return operation.startSpan(template, { kind, links, attributes }, active);
}

function startMessageSpan(
  env: Environment,
  { message, queue }: PublishItem,
  parent: MessageContext,
  dependent: Started | undefined,
): Started {
  const links = dependent?.spanContext === undefined ? [] : [linkTo('dependent', dependent.spanContext)];
  const attributes = messageAttributes(queue.create, message);
  const started = startSpan(env, queue.create, { kind: SpanKind.PRODUCER, links, attributes }, parent);
  addDetail(started.span, message);
  return started;
}

function writeHeaders(
  item: PublishItem,
  context: MessageContext,
  spanContext: SpanContext | undefined,
  now: number,
): void {
  const { codec, rule, reportProblem } = item.queue;
  const injection = { codec, rule, reportProblem, context, spanContext, now };
  if (item.existingContext === undefined) inject(item.message, injection);
  else injectBeside(item.message, item.existingContext, injection);
}
