import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import { reportFailure } from '../diag.ts';
import { wantedDelay } from '../policy/decide-relation.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import type { HandlingOutcome } from '../seam/delivery.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { OutgoingMessage } from '../seam/outgoing-message.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { linkTo } from '../spans/links.ts';
import { isRecording, type SpanTemplate } from '../spans/start-span.ts';
import type { Decision } from './process/read-and-decide.ts';

/** The longest text of a message that is kept, in characters (UTF-16 code units). */
const longestText = 256;

/** The attributes that the span of a message starts with, beside its template's. */
export function messageAttributes(
  template: SpanTemplate,
  message: IncomingMessage | OutgoingMessage,
): Attributes {
  return described({ ...template.attributes }, message);
}

/**
 * The attributes that the process span of a message starts with.
 *
 * @param attempt which delivery it is, from 1.
 */
export function processAttributes(
  template: SpanTemplate,
  message: IncomingMessage,
  attempt: number | undefined,
): Attributes {
  const attributes: Attributes = { ...template.attributes };
  if (message.id !== undefined) attributes[attribute.messageId] = message.id;
  if (attempt !== undefined) attributes[attribute.messageAttempt] = attempt;
  return described(attributes, message);
}

function described(attributes: Attributes, message: IncomingMessage | OutgoingMessage): Attributes {
  try {
    message.describe?.(attributes);
  } catch (error) {
    reportDescribing(error);
  }
  cutTexts(attributes);
  return attributes;
}

/** The attributes that the span of a batch, a receive or a settlement starts with. */
export function callAttributes(
  template: SpanTemplate,
  messageCount: number | undefined,
  call: { describe?(attributes: Attributes): void } = {},
): Attributes {
  const attributes = { ...template.attributes };
  if (messageCount !== undefined) attributes[attribute.batchMessageCount] = messageCount;
  call.describe?.(attributes);
  return attributes;
}

/** Adds the attributes that samplers do not need to a span that records. */
export function addDetail(span: Span, message: IncomingMessage | OutgoingMessage): void {
  if (message.detail === undefined || !isRecording(span)) return;
  try {
    const attributes: Attributes = {};
    message.detail(attributes);
    cutTexts(attributes);
    span.setAttributes(attributes);
  } catch (error) {
    reportDescribing(error);
  }
}

/** Adds what a client tells of a message after its span started. */
export function addToldAttributes(span: Span, attributes: Attributes): void {
  if (!isRecording(span)) return;
  const told = { ...attributes };
  cutTexts(told);
  span.setAttributes(told);
}

/** Adds the decision about a message to its span. */
export function addDecision(span: Span, decision: Decision, { pattern }: ResolvedRule): void {
  const { input, relation, reason, age, linkAfter } = decision;
  span.setAttribute(attribute.relation, relation);
  span.setAttribute(attribute.relationReason, reason);
  span.setAttribute(attribute.relationRule, pattern);
  if (linkAfter !== undefined) span.setAttribute(attribute.relationLinkAfter, linkAfter);
  const delay = wantedDelay(input);
  if (delay > 0) span.setAttribute(attribute.messageDelay, delay / 1_000);
  if (age === undefined) return;
  span.setAttribute(attribute.messageAge, age);
  span.setAttribute(attribute.messageAgeSource, input.sentAtSource);
}

/**
 * Adds the relation to its messages to the span of a batch.
 *
 * @param rule the one that holds for all of them; `undefined` where they come from several queues.
 * @param unlinked how many messages have no link, as the span has no room for more.
 */
export function addBatchDecision(
  span: Span,
  relation: 'link' | 'ambient',
  rule: ResolvedRule | undefined,
  unlinked: number,
): void {
  span.setAttribute(attribute.relation, relation);
  span.setAttribute(attribute.relationReason, 'batch');
  if (rule !== undefined) span.setAttribute(attribute.relationRule, rule.pattern);
  if (unlinked > 0) span.setAttribute(attribute.batchUnlinked, unlinked);
}

/** Adds the outcome of its messages to a span. */
export function addOutcome(span: Span, outcome: HandlingOutcome): void {
  span.setAttribute(attribute.messageOutcome, outcome);
}

/** Adds the name of the middleware that did not call the handler to a span. */
export function addSkippedBy(span: Span, middleware: string): void {
  if (isRecording(span)) span.setAttribute(attribute.skippedBy, middleware);
}

/** Adds the id that the broker gave a sent message to its span. */
export function addMessageId(span: Span, id: string): void {
  if (isRecording(span)) span.setAttribute(attribute.messageId, id);
}

/** A link to the creation of a message, with the attributes that a reader of the link needs. */
export function creationLink(created: SpanContext, { input, age }: Decision, { trust }: ResolvedRule): Link {
  const { message, journeyId } = input;
  const attributes: Attributes = { [attribute.destinationName]: message.destination };
  if (age !== undefined) attributes[attribute.messageAge] = age;
  if (message.attempt !== undefined) attributes[attribute.messageAttempt] = message.attempt;
  if (journeyId !== undefined) attributes[attribute.journeyId] = journeyId;
  if (trust === 'untrusted') attributes[attribute.linkUntrusted] = true;
  return linkTo('creation', created, addId(attributes, message));
}

/** Adds the id of a message to the attributes of a link to where it was created. */
export function addId(attributes: Attributes, { id }: IncomingMessage): Attributes {
  if (id !== undefined) attributes[attribute.messageId] = cutText(id);
  return attributes;
}

/** The beginning of a text that a message brings: {@link longestText} of it. */
function cutText(text: string): string {
  return text.length > longestText ? text.slice(0, longestText).toWellFormed() : text;
}

function cutTexts(attributes: Attributes): void {
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === 'string') {
      if (value.length > longestText) attributes[name] = cutText(value);
    } else if (Array.isArray(value)) {
      attributes[name] = value.map((item: unknown) =>
        typeof item === 'string' ? cutText(item) : item,
      ) as string[];
    }
  }
}

function reportDescribing(error: unknown): void {
  reportFailure('Describing a message', error);
}
