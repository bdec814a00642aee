import type { SpanContext } from '@opentelemetry/api';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { Relation } from './policy.ts';

/** What a message brought along, decoded: all that a decision needs to know of it. */
export interface DecisionInput {
  readonly message: IncomingMessage;

  /** The context the message was created in; `undefined` where it carried none that can be read. */
  readonly spanContext: SpanContext | undefined;

  /** Whether it carried a context that cannot be read. */
  readonly malformed: boolean;

  /** Whether it carried several that differ, or several headers of our own. */
  readonly repeated: boolean;

  /** When it was first published, in ms since the epoch; `undefined` where that is not known. */
  readonly sentAt: number | undefined;

  /** Where {@link sentAt} was read: `waybill` for our own header, or the broker's field. */
  readonly sentAtSource: string;

  /** The relation the sender asked for. */
  readonly requestedRelation: Relation | undefined;

  /** The journey the message belongs to, if the sender is to be believed. */
  readonly journeyId: string | undefined;
}
