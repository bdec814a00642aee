import type { MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import type { WaybillPolicy } from '../policy/policy.ts';
import type { PolicySource } from '../policy/policy-source.ts';

/** What `createWaybill` takes. Everything may be left out. */
export interface WaybillOptions {
  /** Which consumers join, link to or leave the traces of their messages. Default: join up to an age of 1 minute, then link. */
  readonly policy?: WaybillPolicy | undefined;

  /**
   * Where a policy comes from that changes while the process runs. What it says wins over {@link policy}, field by field, which then has the
   * application's defaults. Default: none.
   */
  readonly policySource?: PolicySource | undefined;

  /** Default: the global one, at the time of each call; an SDK that starts later is found. */
  readonly tracerProvider?: TracerProvider | undefined;

  /** Default: the global one, at the time of each call. */
  readonly meterProvider?: MeterProvider | undefined;

  /** Reads and writes other headers than those of W3C Trace Context and W3C Baggage. Those are the default, even if another one is global. */
  readonly propagator?: TextMapPropagator | undefined;

  /** The time in ms since the epoch. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;

  /** Whether a consumer that is a child of a message's context also links to it. Default `false`. */
  readonly alsoLinkParent?: boolean | undefined;

  /** Whether every message of a batch has a producer span of its own, below that of the call. Default `true`. */
  readonly messageSpans?: boolean | undefined;

  /**
   * When a call that receives messages makes a span: `'ambient'`, only inside another span, because a poll loop's spans are
   * useless root spans; `'always'`; or `'never'`. Metrics are always recorded. Default `'ambient'`.
   */
  readonly receiveSpans?: 'ambient' | 'always' | 'never' | undefined;

  /**
   * The approximate memory limit of everything that is remembered, in bytes: earlier attempts, runs and flows for later ones to link
   * to, deliveries until they are settled, and data of queues. The oldest is forgotten first: its link is then missing, or its
   * queue's data is computed again. A whole number from 65,536. Default 16 MiB (16,777,216).
   */
  readonly memoryLimit?: number | undefined;

  /**
   * Whether mistakes with contexts are looked for, such as a capture on the wrong side of a boundary. Each is reported once through
   * `diag`, with its place and its fix. For development and tests: it costs a stack trace for every capture. Default `false`.
   */
  readonly diagnose?: boolean | undefined;
}
