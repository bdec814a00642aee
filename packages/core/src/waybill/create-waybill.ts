import { Reporter } from '../diag.ts';
import { ContextMisuseDetector } from '../diagnostics/context-misuse-detector.ts';
import { SetUp } from '../diagnostics/set-up.ts';
import { MemoryBudget } from '../ground/memory-budget.ts';
import { activeContext, runIn } from '../ground/run-in.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { MiddlewareStack } from '../middleware/middleware-stack.ts';
import { explain } from '../operations/explain/explain.ts';
import { RuleCodecs } from '../propagation/codec/rule-codecs.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { createEnvironment } from './create-environment.ts';
import { createInstrumenter } from './create-instrumenter.ts';
import type { WaybillOptions } from './options.ts';
import { assertMiddleware, assertOptions, assertPublishWith } from './validate-configuration.ts';
import { assertExplain } from './validate-explain.ts';
import { WatchedPolicy } from './watched-policy.ts';
import { misuseDetectorOf, openInstrumenter, type Waybill } from './waybill.ts';

/**
 * Makes the one object that an application hands to the adapters of its queue clients.
 *
 * @throws {WaybillError} with code `WAYBILL_INVALID_CONFIGURATION` when an option or the policy is wrong: all mistakes at once,
 * each with its place, its value and the fix.
 *
 * @example
 * const waybill = createWaybill({ policy: { linkAfter: '1m', queues: { orders: { relation: 'parent' } } } });
 * const sqs = traceSqsClient(new SQSClient({}), waybill);
 */
export function createWaybill(options: WaybillOptions = {}): Waybill {
  assertOptions(options);
  const middleware = new MiddlewareStack();
  const reporter = new Reporter();
  const policy = new WatchedPolicy(options, reporter);
  const setUp = new SetUp();
  const misuse = options.diagnose ? new ContextMisuseDetector(reporter) : undefined;
  const budget = new MemoryBudget(options.memoryLimit);
  const codecs = new RuleCodecs(budget, options.propagator);
  const instrumenters = new Map<string, Instrumenter>();
  return {
    use(...args: [Middleware] | [string, Middleware]) {
      const [pattern, added] = args.length === 1 ? [undefined, args[0]] : args;
      assertMiddleware(pattern, added);
      middleware.add(added, pattern);
      return this;
    },

    publishWith(options, publish) {
      assertPublishWith(options, publish);
      return runIn(MessageContext.of(activeContext()).requesting(options.relation), publish);
    },

    explain(queue, options = {}) {
      assertExplain(queue, options);
      const colon = queue.indexOf(':');
      const system = colon > 0 ? queue.slice(0, colon) : undefined;
      return explain(policy.current, codecs, system, queue.slice(colon > 0 ? colon + 1 : 0), options);
    },

    [misuseDetectorOf]: misuse,

    [openInstrumenter](adapter) {
      const known = instrumenters.get(adapter.name);
      if (known !== undefined) return known;
      const instrumenter = createInstrumenter(
        createEnvironment(adapter, options, policy, middleware, misuse, reporter, setUp, budget),
        policy.isDisabled,
      );
      instrumenters.set(adapter.name, instrumenter);
      return instrumenter;
    },
  };
}
