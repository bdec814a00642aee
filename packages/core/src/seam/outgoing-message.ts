import type { Attributes } from '@opentelemetry/api';
import type { OutgoingMessageView } from './message-view.ts';

/**
 * A message on its way to a broker, as an adapter shows it to core. It is a lazy copy: what is written to its headers shows in what the
 * client sends, and never in the objects the caller passed. Four members are required.
 */
export interface OutgoingMessage extends OutgoingMessageView {
  /** Which message of the same call, an earlier one, is handled only after this one, as in flows of jobs. Default: none. */
  readonly dependent?: number | undefined;

  /** How many messages it stands for, if the client shows several as one. Read when the call is done. Default: 1. */
  readonly count?: number | undefined;

  /**
   * Adds what a sampler may go by to the attributes that its span starts with: a partition, another name of the destination. Called once,
   * before the span starts. Default: nothing.
   */
  describe?(attributes: Attributes): void;

  /**
   * Adds all else that the broker knows of this message. Called once, after the span has started, and only if it is recorded: an attribute
   * costs half as much then. Default: nothing.
   */
  detail?(attributes: Attributes): void;
}
