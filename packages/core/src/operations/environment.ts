import type { Tracer } from '@opentelemetry/api';
import type { Reporter } from '../diag.ts';
import type { ContextMisuseDetector } from '../diagnostics/context-misuse-detector.ts';
import type { MemoryBudget } from '../ground/memory-budget.ts';
import type { Attempts } from '../history/attempts.ts';
import type { Flows } from '../history/flows.ts';
import type { HandledDeliveries } from '../history/handled-deliveries.ts';
import type { Schedules } from '../history/schedules.ts';
import type { Instruments } from '../metrics/instruments.ts';
import type { MiddlewareStack } from '../middleware/middleware-stack.ts';
import type { PolicyInForce } from '../policy/policy-resolver.ts';
import type { QueueTelemetryCache } from '../queue-telemetry-cache.ts';
import type { AdapterInfo, Instrumenter } from '../seam/instrumenter.ts';

/** What operations need to know, the same for all messages of one adapter and one `createWaybill`. */
export interface Environment {
  readonly adapter: AdapterInfo;
  readonly middleware: MiddlewareStack;
  readonly policy: PolicyInForce;
  readonly settings: Settings;

  /** `undefined` unless mistakes are looked for. */
  readonly misuse: ContextMisuseDetector | undefined;

  readonly reporter: Reporter;

  /** Emits a process warning; each code once. */
  readonly warn: Instrumenter['warn'];

  /** The time in ms since the epoch. */
  readonly clock: () => number;

  readonly tracer: () => Tracer;

  /** `undefined` as long as no SDK records metrics. */
  readonly instruments: () => Instruments | undefined;

  /** The names of the headers that the rules of the policy have read and written, in lower case. */
  readonly headerNames: () => readonly string[];

  /** Whether there is nothing to do: Waybill is switched off, or there is no SDK and no middleware. */
  readonly isIdle: () => boolean;

  /** Has the providers export what they hold, for so many ms at most. */
  readonly flush: (timeout: number) => Promise<void>;

  /** Gives what is the same for all messages of a queue. */
  readonly queues: QueueTelemetryCache;

  /** The memory limit of all that is remembered. */
  readonly budget: MemoryBudget;

  /** The last attempt of this process at each message. */
  readonly attempts: Attempts;

  /** The last run of each schedule in this process. */
  readonly schedules: Schedules;

  /** Where the messages were handled that others waited for. */
  readonly flows: Flows;

  /** The spans that handled deliveries, for their settlement. */
  readonly handled: HandledDeliveries;
}

/** What an application chose about spans. */
export interface Settings {
  readonly alsoLinkParent: boolean;
  readonly messageSpans: boolean;
  readonly receiveSpans: 'ambient' | 'always' | 'never';
}
