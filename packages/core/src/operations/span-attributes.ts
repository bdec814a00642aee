import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import { reportFailure } from '../diag.ts';
import { type RelationDecision, wantedDelay } from '../policy/decide-relation.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import type { ExtractedInput } from '../propagation/extract.ts';
import type { HandlingOutcome } from '../seam/delivery.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { OutgoingMessage } from '../seam/outgoing-message.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { errorType, failSpan } from '../spans/fail-span.ts';
import { linkTo } from '../spans/links.ts';
import { isRecording, type SpanTemplate } from '../spans/start-span.ts';

/** What a message carried, and how its consumer span relates to it. */
export interface Decision extends Pick<RelationDecision, 'relation' | 'reason'> {
  readonly input: ExtractedInput;

  /** In s; `undefined` where it is not known. */
  readonly age: number | undefined;

  /** The age up to which it would have been a child, in s, where its age decided. */
  readonly linkAfter: number | undefined;
}

/** The longest text of a message that is kept, in characters (UTF-16 code units). */
const longestText = 256;

/**
 * The attributes that the span of a message starts with: those that a sampler may go by, as the conventions name them. All others are added after
 * the start (`docs/sampling.md`).
 */
export function startAttributes(
  template: SpanTemplate,
  message: IncomingMessage | OutgoingMessage,
): Attributes {
  const attributes: Attributes = { ...template.attributes };
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

/** Adds what the broker knows of a message to its span, which records. */
export function addDetail(span: Span, message: OutgoingMessage): void {
  if (message.detail !== undefined) setDetail(span, message, {});
}

/**
 * Adds what is known of a message to the span of its handling, which records.
 *
 * @param attempt which delivery it is, from 1.
 */
export function addProcessDetail(span: Span, message: IncomingMessage, attempt: number | undefined): void {
  const attributes: Attributes = {};
  if (message.id !== undefined) attributes[attribute.messageId] = message.id;
  if (attempt !== undefined) attributes[attribute.messageAttempt] = attempt;
  setDetail(span, message, attributes);
}

function setDetail(span: Span, message: IncomingMessage | OutgoingMessage, attributes: Attributes): void {
  try {
    message.detail?.(attributes);
  } catch (error) {
    reportDescribing(error);
  }
  cutTexts(attributes);
  span.setAttributes(attributes);
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

/** Adds what happened to a message before its call was done: as an event, or, without the name of one, as attributes. */
export function addNote(span: Span, event: string | undefined, attributes: Attributes): void {
  if (event === undefined) addToldAttributes(span, attributes);
  else span.addEvent(event, attributes);
}

/**
 * Adds the id that the broker gave a sent message to its span, and what the message failed with though the call did not.
 *
 * @returns the `error.type`, where it failed.
 */
export function addSendOutcome(
  span: Span | undefined,
  id: string | undefined,
  error: unknown,
): string | undefined {
  if (id !== undefined && span !== undefined && isRecording(span)) {
    span.setAttribute(attribute.messageId, id);
  }
  if (error === undefined) return undefined;
  if (span !== undefined) failSpan(span, error);
  return errorType(error);
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
    } else if (typeof value === 'object' && Array.isArray(value)) {
      attributes[name] = value.map((item: unknown) =>
        typeof item === 'string' ? cutText(item) : item,
      ) as string[];
    }
  }
}

function reportDescribing(error: unknown): void {
  reportFailure('Describing a message', error);
}
