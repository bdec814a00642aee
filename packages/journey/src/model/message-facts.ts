import type { JourneyAttributes, JourneySpan } from '../spans/journey-span.ts';
import { numberOf, read, textOf } from '../telemetry-names.ts';

/** What a span does with a message: `undefined` where it has nothing to do with one. */
export type MessageRole = 'send' | 'create' | 'receive' | 'handle' | 'settle';

const roles: Readonly<Record<string, MessageRole>> = {
  send: 'send',
  publish: 'send',
  create: 'create',
  receive: 'receive',
  process: 'handle',
  deliver: 'handle',
  settle: 'settle',
};

/** What a span does with a message, by its type of operation, or else by its kind. */
export function messageRoleOf({ kind, attributes }: JourneySpan): MessageRole | undefined {
  const operation = textOf(attributes, read.operation);
  const role =
    operation === undefined ? undefined : Object.hasOwn(roles, operation) ? roles[operation] : undefined;
  if (role !== undefined) return role;
  if (kind === 'PRODUCER') return 'send';
  return kind === 'CONSUMER' ? 'handle' : undefined;
}

/** Whether a message leaves with it. */
export function isSender(span: JourneySpan): boolean {
  const role = messageRoleOf(span);
  return role === 'send' || role === 'create';
}

/** How a handling relates to the trace of its message, and why: what Waybill writes on the span, or what can be seen of others. */
export interface Decision {
  /** `parent`, `link`, `ambient`, `none`, as the span tells. */
  readonly relation?: string | undefined;
  readonly reason?: string | undefined;

  /** The rule of the policy. */
  readonly rule?: string | undefined;

  /** How old the message was, in ms. */
  readonly age?: number | undefined;
}

/** The decision that a span tells of. */
export function decisionOf({ attributes }: JourneySpan): Decision {
  return {
    relation: textOf(attributes, read.relation),
    reason: textOf(attributes, read.reason),
    rule: textOf(attributes, read.rule),
    age: msOf(attributes, read.age),
  };
}

/** What attributes tell of one message. */
export interface MessageFacts {
  readonly destination?: string | undefined;
  readonly messageId?: string | undefined;

  /** Which delivery it is, from 1. */
  readonly attempt?: number | undefined;

  /** In ms. */
  readonly age?: number | undefined;
}

/** What a handling tells of a message, and the link to it, which tells more where there are many. */
export function messageFactsOf(span: JourneySpan, link: JourneyAttributes = {}): MessageFacts {
  const all = span.attributes;
  return {
    destination: textOf(link, read.destination) ?? textOf(all, read.destination),
    messageId: identityOf(link) ?? identityOf(all),
    attempt: numberOf(link, read.attempt) ?? numberOf(all, read.attempt),
    age: msOf(link, read.age) ?? msOf(all, read.age),
  };
}

/** What tells a message of its queue from others: its id, or its place in a log. */
function identityOf(attributes: JourneyAttributes): string | undefined {
  const id = textOf(attributes, read.messageId);
  const offset = id === undefined ? textOf(attributes, read.offset) : undefined;
  return offset === undefined ? id : `${textOf(attributes, read.partition) ?? ''}@${offset}`;
}

/** An attribute in s as ms, to the µs. */
export function msOf(attributes: JourneyAttributes, names: readonly string[]): number | undefined {
  const seconds = numberOf(attributes, names);
  return seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3;
}
