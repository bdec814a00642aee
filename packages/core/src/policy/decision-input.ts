import type { SpanContext } from '@opentelemetry/api';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { RequestedRelation } from './policy.ts';

/** What a message carried, decoded: everything that a decision needs. */
export interface DecisionInput {
  readonly message: IncomingMessage;

  /** The context the message was created in; `undefined` if it carried no readable one. */
  readonly spanContext: SpanContext | undefined;

  /** Whether it carried an unreadable context. */
  readonly malformed: boolean;

  /** Whether it carried several that differ, or several headers of our own. */
  readonly repeated: boolean;

  /** When it was first published, in ms since the epoch; `undefined` where that is not known. */
  readonly sentAt: number | undefined;

  /** Where {@link sentAt} was read: `waybill` for our own header, or the broker's field. */
  readonly sentAtSource: string;

  /** The relation the sender asked for. */
  readonly requestedRelation: RequestedRelation | undefined;

  /** The journey the message belongs to, if the sender is trusted. */
  readonly journeyId: string | undefined;
}
