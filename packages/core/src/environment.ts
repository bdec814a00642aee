import type { Tracer } from '@opentelemetry/api';
import type { BoundedMap } from './bounded-map.ts';
import type { MiddlewareStack } from './middleware/middleware-stack.ts';
import type { ResolvedRule } from './policy/resolved-rule.ts';
import type { PortProfile } from './port.ts';
import type { ContextCodec } from './propagation/context-codec.ts';
import type { Reject } from './propagation/rejection.ts';
import type { Attempt } from './telemetry/attempts.ts';
import type { HandledDeliveries } from './telemetry/handled-deliveries.ts';
import type { Instruments } from './telemetry/instruments.ts';

/** What the life of a message needs to know, the same for all messages of one adapter and one `createWaybill`. */
export interface Environment {
  readonly profile: PortProfile;
  readonly codec: ContextCodec;
  readonly middleware: MiddlewareStack;
  readonly settings: Settings;

  /** The time in ms since the epoch. */
  readonly clock: () => number;

  readonly tracer: () => Tracer;
  readonly instruments: () => Instruments;

  /** What the policy says about a queue. */
  readonly ruleFor: (subject: string) => ResolvedRule;

  /** Counts rejections of messages of one queue. */
  readonly rejectFor: (subject: string) => Reject;

  /** The last attempt at each message, as far as this process made it. */
  readonly attempts: BoundedMap<string, Attempt>;

  /** Where deliveries were handled, for their settlement. */
  readonly handled: HandledDeliveries;

  /** Which messages were counted as delivered, and of which also the age was recorded, so that neither is done twice. */
  readonly accounted: WeakMap<object, 'counted' | 'aged'>;
}

/** What an application chose about spans. */
export interface Settings {
  readonly alsoLinkParent: boolean;
  readonly messageSpans: boolean;
  readonly receiveSpans: 'ambient' | 'always' | 'never';
}
