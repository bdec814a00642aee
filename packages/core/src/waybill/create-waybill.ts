import type { MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { Reporter } from '../diag.ts';
import { Ledger } from '../diagnostics/ledger.ts';
import { SetUp } from '../diagnostics/set-up.ts';
import { MemoryBudget } from '../ground/memory-budget.ts';
import { activeContext, runIn } from '../ground/run-in.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { MiddlewareStack } from '../middleware/middleware-stack.ts';
import type { WaybillPolicy } from '../policy/policy.ts';
import { ruleBook } from '../policy/rule-book.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { Port } from '../seam/instrumenter.ts';
import { createEnvironment } from './create-environment.ts';
import { createPort } from './create-instrumenter.ts';
import { assertMiddleware, assertOptions, assertWish } from './validate-configuration.ts';
import { ledgerOf, openPort, type Waybill } from './waybill.ts';

/** What {@link createWaybill} takes. Everything may be left out. */
export interface WaybillOptions {
  /** Which consumers join, link to or leave the traces of their messages. Default: join up to an age of 1 minute, then link. */
  readonly policy?: WaybillPolicy | undefined;

  /** Default: the global one, at the time of each call; an SDK that starts later is found. */
  readonly tracerProvider?: TracerProvider | undefined;

  /** Default: the global one, at the time of each call. */
  readonly meterProvider?: MeterProvider | undefined;

  /** Reads and writes other headers than those of W3C Trace Context and W3C Baggage, which are the default whatever is registered globally. */
  readonly propagator?: TextMapPropagator | undefined;

  /** The time in ms since the epoch. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;

  /** Whether a consumer that is a child of a message's context also links to it. Default `false`. */
  readonly alsoLinkParent?: boolean | undefined;

  /** Whether every message of a batch has a producer span of its own, below that of the call. Default `true`. */
  readonly messageSpans?: boolean | undefined;

  /**
   * When a call that receives messages makes a span: `'ambient'`, inside another span only, as a poll loop's spans are
   * roots that nobody reads; `'always'`; or `'never'`. The metrics are there in any case. Default `'ambient'`.
   */
  readonly receiveSpans?: 'ambient' | 'always' | 'never' | undefined;

  /**
   * What everything that is remembered may take together, in bytes, as near as is known: earlier attempts, runs and flows for later
   * ones to link to, deliveries until they are settled, and what is worked out once a queue. The oldest is forgotten first; then
   * a link is missing, or is worked out anew. A whole number from 65,536. Default 16 MiB (16,777,216).
   */
  readonly memoryLimit?: number | undefined;

  /**
   * Whether mistakes with contexts are looked for, such as a capture on the wrong side of a boundary. Each is reported once through
   * `diag`, with its place and its fix. For development and tests: it costs a stack trace for every capture. Default `false`.
   */
  readonly diagnose?: boolean | undefined;
}

/**
 * Makes the one object that an application hands to the adapters of its queue clients.
 *
 * @throws {WaybillError} with code `invalid-configuration` when an option or the policy is wrong: all mistakes at once,
 * each with its place, its value and the fix.
 *
 * @example
 * const waybill = createWaybill({ policy: { linkAfter: '1m', queues: { orders: { relation: 'parent' } } } });
 * const sqs = traceSqsClient(new SQSClient({}), waybill);
 */
export function createWaybill(options: WaybillOptions = {}): Waybill {
  assertOptions(options);
  const rules = ruleBook(options.policy ?? {});
  const middleware = new MiddlewareStack();
  const reporter = new Reporter();
  const setUp = new SetUp();
  const ledger = options.diagnose ? new Ledger(reporter) : undefined;
  const budget = new MemoryBudget(options.memoryLimit);
  const ports = new Map<string, Port>();
  return {
    use(...args: [Middleware] | [string, Middleware]) {
      const [pattern, added] = args.length === 1 ? [undefined, args[0]] : args;
      assertMiddleware(pattern, added);
      middleware.add(added, pattern);
      return this;
    },

    publishWith(wish, publish) {
      assertWish(wish, publish);
      return runIn(MessageContext.of(activeContext()).wishing(wish.relation), publish);
    },

    [ledgerOf]: ledger,

    [openPort](profile) {
      const known = ports.get(profile.name);
      if (known !== undefined) return known;
      const port = createPort(
        createEnvironment(profile, options, rules, middleware, ledger, reporter, setUp, budget),
      );
      ports.set(profile.name, port);
      return port;
    },
  };
}
