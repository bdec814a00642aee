import type { SpanContext } from '@opentelemetry/api';
import type { Plan } from '../../queue-telemetry.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import type { Started } from '../../spans/start-span.ts';

/** One message of a call, its span if it has one of its own, and what it failed with. */
export interface Letter {
  readonly message: OutgoingMessage;
  readonly plan: Plan;

  /** The creation context that the caller put into it. */
  readonly kept: SpanContext | undefined;

  own: Started | undefined;
  failure: string | undefined;
}
