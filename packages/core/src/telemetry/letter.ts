import type { SpanContext } from '@opentelemetry/api';
import type { OutgoingMessage } from '../messages/outgoing-message.ts';
import type { Plan } from './plan.ts';
import type { Started } from './start-span.ts';

/** One message of a call, its span if it has one of its own, and what it failed with. */
export interface Letter {
  readonly message: OutgoingMessage;
  readonly plan: Plan;

  /** The creation context that the caller put into it. */
  readonly kept: SpanContext | undefined;

  own: Started | undefined;
  failure: string | undefined;
}
