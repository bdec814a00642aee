import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { MessageView } from './message-view.ts';

/** The place of a message in a flow, in which some messages are handled only after others. */
export interface FlowPlace {
  /** What names the message; `undefined` where nothing does. */
  readonly key: string | undefined;

  /** What names the message that waits for this one, if any does. It is asked for first: most messages have none, and need no key. */
  readonly dependent: string | undefined;
}

/** What is wrong with the carrier, the place of a message's headers. */
export interface CarrierFault {
  /** The client's name for the place. */
  readonly place: string;

  /** It cannot be read, it is too long to be read, or it is another tool's. */
  readonly reason: 'malformed' | 'limit' | 'foreign';
}

/** A delivery of a message that this process handled. */
export interface Attempt {
  /** Which delivery it was, from 1. */
  readonly number: number;

  /** The span of its handling. */
  readonly span: SpanContext;
}

/** What this process remembers of the messages of a log, such as a partition of Kafka as one consumer reads it. */
export interface AttemptLog {
  /**
   * The last attempt at the message of a position.
   *
   * @param logTime the message's own time in its log, in ms. With another one it is another message, of a log that was made anew.
   */
  previous(position: number, logTime?: number): Attempt | undefined;

  /** Remembers an attempt. */
  remember(position: number, attempt: Attempt, logTime?: number): void;

  /** Forgets everything at once: the partition was revoked, or its consumer has stopped. */
  forget(): void;
}

/**
 * A message that a broker delivered, as an adapter shows it to core. Four members are required: `destination`, `queueKey`, `native`
 * and `headers`. Each other member states its default.
 */
export interface IncomingMessage extends MessageView {
  /** The broker's field that {@link sentAt} was read from, such as `SentTimestamp`. Default `broker`. */
  readonly sentAtSource?: string | undefined;

  /**
   * What is the same for every delivery of this message to this consumer, and for no other message. Default: {@link id},
   * where the broker counts deliveries.
   */
  readonly identity?: string | undefined;

  /**
   * Where the broker keeps a log: what this process remembers of it (`Instrumenter.attemptLog`). With {@link position} it stands for
   * {@link identity}.
   */
  readonly log?: AttemptLog | undefined;

  /** The position in {@link log}: a whole number from 0, such as Kafka's offset. */
  readonly position?: number | undefined;

  /**
   * Its time in {@link log}, in ms, whoever wrote it. It is only compared: a log that was deleted and created again has other
   * messages at the same positions.
   */
  readonly logTime?: number | undefined;

  /** The lower bound of {@link attempt}, if the broker says that there were others, but not how many. */
  readonly leastAttempt?: number | undefined;

  /** Names the schedule that made this message. Its runs are linked to each other. */
  readonly schedule?: string | undefined;

  /** Its place among messages that wait for each other; `undefined` if none does. */
  readonly flow?: FlowPlace | undefined;

  /**
   * Whether the application is invoked with it, as a function of a cloud is. Inside the span of the invocation, the relation is then `ambient`
   * where no rule names another. Default `false`.
   */
  readonly isInvocation?: boolean | undefined;

  /** Why its carrier is unreadable; `undefined` if it is readable or absent. */
  readonly carrierFault?: CarrierFault | undefined;

  /** What a later settle call names this delivery by, such as a receipt handle; `undefined` where there is nothing. */
  readonly receipt?: unknown;

  /** Messages with the same key have to be handled one after the other; `undefined` where order does not matter. */
  readonly orderingKey?: string | undefined;

  /**
   * Hides everything that the sender may have written (a time, a count, dead letters) and keeps what only the broker can have
   * written. The headers stay readable: core treats them as untrusted. Called at most once, before anything else, if the queue's
   * rule does not trust senders. Default: nothing is hidden.
   */
  distrust?(): void;

  /**
   * From now on its headers are those in an envelope inside its body, if it has no context of its own and the body is such an
   * envelope. May be called several times, before its headers are read. Default: bodies are not looked at.
   *
   * @param format one of `AdapterInfo.envelopes`.
   * @param maxBytes the longest body that is parsed.
   */
  openEnvelope?(format: string, maxBytes: number): void;

  /**
   * Adds what a sampler may go by to the attributes that its span starts with: a partition, a consumer group, another name of the
   * destination. Called once, before the span starts. Default: nothing.
   */
  describe?(attributes: Attributes): void;

  /**
   * Adds all else that the broker knows of this message. Called once, after the span has started, and only if it is recorded: an attribute
   * costs half as much then. `attributes` has its id and attempt already, as far as they are known. Default: nothing.
   */
  detail?(attributes: Attributes): void;
}
