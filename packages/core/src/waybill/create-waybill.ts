import { Reporter } from '../diag.ts';
import { ContextMisuseDetector } from '../diagnostics/context-misuse-detector.ts';
import { SetUp } from '../diagnostics/set-up.ts';
import { MemoryBudget } from '../ground/memory-budget.ts';
import { activeContext, runIn } from '../ground/run-in.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { MiddlewareStack } from '../middleware/middleware-stack.ts';
import { expectUnknownMessages } from '../operations/process/received-messages.ts';
import { PolicyResolver } from '../policy/policy-resolver.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { createEnvironment } from './create-environment.ts';
import { createInstrumenter } from './create-instrumenter.ts';
import { isSwitchedOff } from './is-switched-off.ts';
import type { WaybillOptions } from './options.ts';
import { assertMiddleware, assertOptions, assertPublishWith } from './validate-configuration.ts';
import { misuseDetectorOf, openInstrumenter, type Waybill } from './waybill.ts';

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
  const isDisabled = isSwitchedOff() || options.policy?.enabled === false;
  if (isDisabled) expectUnknownMessages();
  const policy = { current: new PolicyResolver({ ...options.policy, enabled: !isDisabled }) };
  const middleware = new MiddlewareStack();
  const reporter = new Reporter();
  const setUp = new SetUp();
  const misuse = options.diagnose ? new ContextMisuseDetector(reporter) : undefined;
  const budget = new MemoryBudget(options.memoryLimit);
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

    [misuseDetectorOf]: misuse,

    [openInstrumenter](adapter) {
      const known = instrumenters.get(adapter.name);
      if (known !== undefined) return known;
      const instrumenter = createInstrumenter(
        createEnvironment(adapter, options, policy, middleware, misuse, reporter, setUp, budget),
        isDisabled,
      );
      instrumenters.set(adapter.name, instrumenter);
      return instrumenter;
    },
  };
}
