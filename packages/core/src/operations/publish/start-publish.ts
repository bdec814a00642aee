import { type Link, type SpanContext, SpanKind } from '@opentelemetry/api';
import { commonValue } from '../../ground/same-for-all.ts';
import { inject, injectBeside, keptContext } from '../../propagation/inject.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';
import { planSpan } from '../../span-plan.ts';
import { addDetail, describeMessage } from '../../spans/describe-message.ts';
import { distinctLinks, linkTo } from '../../spans/links.ts';
import { isSentBy } from '../../spans/other-instrumentation.ts';
import { type Started, startSpan, validContext } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Letter } from './letter.ts';
import { Sending } from './publish-operation.ts';

/** Starts the spans of a publish call and writes their contexts into its messages. */
export function startSending(
  env: Environment,
  messages: readonly OutgoingMessage[],
  batch: boolean,
  active: MessageContext,
): Sending {
  env.ledger?.used(active.span);
  const letters = messages.map(
    (message): Letter => ({
      message,
      plan: env.planFor(message),
      kept: keptContext(message, active, env.codec),
      own: undefined,
      failure: undefined,
    }),
  );
  const call = isTraced(env, letters, active) ? undefined : startCallSpan(env, letters, batch, active);
  const sending = new Sending(env, letters, batch, call, active);
  const within = sending.context;
  const spanContext = call === undefined ? active.span && validContext(active.span) : call.spanContext;
  const now = env.clock();
  for (const letter of letters) {
    if (call !== undefined && batch && env.settings.messageSpans && letter.kept === undefined) {
      letter.own = startMessageSpan(env, letter, within, letters[letter.message.dependent ?? -1]?.own);
      writeCarrier(env, letter, letter.own.context, letter.own.spanContext, now);
    } else {
      writeCarrier(env, letter, within, spanContext, now);
    }
  }
  return sending;
}

/** Whether another instrumentation has spans for this call. */
function isTraced(env: Environment, letters: readonly Letter[], { span }: MessageContext): boolean {
  if (span === undefined) return false;
  return letters.some(({ kept, message }) => isSentBy(span, kept, message.destination, env));
}

function startCallSpan(
  env: Environment,
  letters: readonly Letter[],
  batch: boolean,
  active: MessageContext,
): Started {
  // Semantic conventions 1.45, messaging spans, span kind: PRODUCER where this is the context that messages are created in.
  const creates = !(batch && env.settings.messageSpans) && letters.some(({ kept }) => kept === undefined);
  const kind = creates ? SpanKind.PRODUCER : SpanKind.CLIENT;
  const links: Link[] = [];
  for (const { kept } of letters) if (kept !== undefined) links.push(linkTo('creation', kept));
  const [first] = letters;
  if (!batch && first !== undefined) {
    const attributes = { ...first.plan.send.attributes };
    describeMessage(attributes, first.message);
    const started = startSpan(
      env,
      first.plan.send,
      { kind, links: distinctLinks(links), attributes },
      active,
    );
    addDetail(started.span, first.message);
    return started;
  }
  const destination = commonValue(letters, ({ message }) => message.destination);
  const plan =
    destination === undefined || first === undefined
      ? planSpan(env.profile, env.profile.operations.send, 'send', undefined)
      : first.plan.send;
  const attributes = { ...plan.attributes, [attribute.batchMessageCount]: letters.length };
  return startSpan(env, plan, { kind, links: distinctLinks(links), attributes }, active);
}

function startMessageSpan(
  env: Environment,
  { message, plan }: Letter,
  parent: MessageContext,
  dependent: Started | undefined,
): Started {
  const attributes = { ...plan.create.attributes };
  describeMessage(attributes, message);
  const links = dependent?.spanContext === undefined ? [] : [linkTo('dependent', dependent.spanContext)];
  const started = startSpan(env, plan.create, { kind: SpanKind.PRODUCER, links, attributes }, parent);
  addDetail(started.span, message);
  return started;
}

function writeCarrier(
  env: Environment,
  { message, plan, kept }: Letter,
  context: MessageContext,
  spanContext: SpanContext | undefined,
  now: number,
): void {
  const injection = { codec: env.codec, rule: plan.rule, reject: plan.reject, context, spanContext, now };
  if (kept === undefined) inject(message, injection);
  else injectBeside(message, kept, injection);
}
