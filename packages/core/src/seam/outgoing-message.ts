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
   * Adds what the broker knows of this message to the attributes of its span. Called once, before the span starts. Default: nothing.
   */
  describe?(attributes: Attributes): void;

  /**
   * Adds what no sampler needs to know of this message. Called once, after the span has started, and only if it is recorded. Default:
   * nothing.
   */
  detail?(attributes: Attributes): void;
}
