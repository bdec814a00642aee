import type { JourneySpan, SpanReference } from '../spans/journey-span.ts';
import type { Decision } from './message-facts.ts';

/** Traces that belong together, and what leads from one to the next. It is plain data: `JSON.stringify` writes it. */
export interface Journey {
  /** The values of `waybill.journey.id` on its spans, the earliest first. Empty where no span has one. */
  readonly ids: readonly string[];

  /** In ms since the epoch. */
  readonly start: number;

  /** In ms since the epoch. */
  readonly end: number;

  /** By start. Every span that was given is in one trace of one journey. */
  readonly traces: readonly JourneyTrace[];

  /** Each way of a message from where it was sent to where it was handled, by the start of the handling. */
  readonly hops: readonly Hop[];

  /** What else spans link to, by the start of the linking span. */
  readonly connections: readonly Connection[];

  /** The ends that are missing. */
  readonly ghosts: readonly Ghost[];

  /** Clocks that cannot both be right. */
  readonly skews: readonly ClockSkew[];
}

/** One trace of a journey. */
export interface JourneyTrace {
  readonly traceId: string;

  /** By start. */
  readonly spans: readonly JourneySpan[];
}

/**
 * The kinds of hops: a first delivery (`message`), a later `attempt`, a delivery from a queue for dead letters (`dead-letter`) or back from
 * there (`redrive`), and a `run` of a schedule.
 */
export type HopKind = 'message' | 'attempt' | 'dead-letter' | 'redrive' | 'run';

/** The way of one message, from the end of its send to the start of its handling. */
export interface Hop {
  readonly kind: HopKind;

  /** Whether the handling is a child of the sender, or links to it. */
  readonly relation: 'parent' | 'link';

  /** The span that sent the message. Where {@link missing} says why, it is not in the journey. */
  readonly sender: SpanReference;
  readonly missing?: MissingReason | undefined;

  readonly handling: SpanReference;

  /** The delivery or the run before this one. */
  readonly previous?: SpanReference | undefined;

  readonly destination?: string | undefined;
  readonly messageId?: string | undefined;

  /** Which delivery it is, from 1. */
  readonly attempt?: number | undefined;

  readonly decision: Decision;

  /** `undefined` where nothing tells when the message was sent. */
  readonly wait?: Wait | undefined;

  /** By how many ms at least the sender's clock is ahead of the handling's: the message was handled before it was sent. */
  readonly skew?: number | undefined;
}

/** How long a message waited, and what for. */
export interface Wait {
  /** In ms since the epoch: the end of the send, or of the delivery before. */
  readonly start: number;

  /** In ms since the epoch: the start of the handling. */
  readonly end: number;

  /** In order. Their durations make up the wait. */
  readonly parts: readonly WaitPart[];

  /** The send is not there to see: its time is that of the message's age. */
  readonly estimated: boolean;
}

/**
 * A part of a wait: `delay`: as the sender or the schedule wanted; `dependencies`: for other messages of a flow; `queue`: for a consumer;
 * `backoff`: between two attempts, or, where the earlier ones are missing, with them.
 */
export interface WaitPart {
  readonly what: 'delay' | 'dependencies' | 'queue' | 'backoff';

  /** In ms. */
  readonly duration: number;
}

/**
 * Why an end is missing: `unsampled`: the link tells that its trace was not kept; `untrusted`: it is of a sender that is not trusted, and so
 * of somebody else's backend; `not-found`: not among the spans.
 */
export type MissingReason = 'unsampled' | 'untrusted' | 'not-found';

/** What an end is to those that name it. */
export type GhostRole = 'sender' | 'handling' | 'parent' | LinkRole;

/** A span that is named, or expected, and is not there. */
export interface Ghost {
  readonly role: GhostRole;
  readonly reason: MissingReason;

  /** `undefined` for a handling, which nothing names. */
  readonly span?: SpanReference | undefined;

  /** The first that names or expects it. */
  readonly namedBy: SpanReference;

  /** How many do. */
  readonly count: number;
}

/** What a link leads to, beside where a message was created: the values of `waybill.link.to`, and `other`. */
export type LinkRole =
  | 'ambient'
  | 'previous-attempt'
  | 'previous-run'
  | 'dependent'
  | 'dependency'
  | 'processing'
  | 'other';

/** A link that is not the way of a message. */
export interface Connection {
  readonly from: SpanReference;

  /** What was active around a handler may be in another journey. */
  readonly to: SpanReference;
  readonly role: LinkRole;
  readonly missing?: MissingReason | undefined;
}

/** One clock that is ahead of another one. */
export interface ClockSkew {
  /** The service, or `service@host`, whose clock is ahead. */
  readonly ahead: string;
  readonly behind: string;

  /** By how many ms, at least. */
  readonly atLeast: number;

  /** How many times it shows. */
  readonly count: number;
}
