import { RingAttemptLog } from '../history/attempt-log.ts';
import { command } from '../operations/command.ts';
import type { Environment } from '../operations/environment.ts';
import { process, startProcess } from '../operations/process/process.ts';
import { isRemembered } from '../operations/process/received-messages.ts';
import { rememberMessages } from '../operations/process/remember-messages.ts';
import { capture } from '../operations/publish/capture.ts';
import { publish } from '../operations/publish/publish.ts';
import { openReceive, receive } from '../operations/receive.ts';
import { settle } from '../operations/settle.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { bareCalls, type Calls } from './bare-calls.ts';

/**
 * The door between an adapter and the life of its messages.
 *
 * @param isDisabled whether Waybill is switched off for as long as the process runs.
 */
export function createInstrumenter(env: Environment, isDisabled: boolean): Instrumenter {
  const traced: Calls = {
    publish: (call) => publish(env, call),
    capture: (message) => capture(env, message),
    process: (delivery, handler) => process(env, delivery, handler),
    open: (delivery) => startProcess(env, delivery),
    receive: (call) => receive(env, call),
    openReceive: (question) => openReceive(env, question),
    remember: (messages, outcomeOf) =>
      rememberMessages(
        env,
        messages.filter(({ native }) => !isRemembered(native)),
        'none',
        undefined,
        outcomeOf,
      ),
    settle: (call) => settle(env, call),
    command: (call) => command(env, call),
    flush: (timeout) => env.flush(timeout),
  };
  // Another policy may switch it off and on again.
  const calls = (): Calls => (env.policy.current.enabled ? traced : bareCalls);
  return {
    isDisabled,
    get headerNames() {
      return env.headerNames();
    },
    get isIdle() {
      return env.isIdle();
    },
    get hasConsumeMiddleware() {
      return env.middleware.consumes;
    },
    boundCallbacks: isDisabled ? undefined : env.misuse,
    attemptLog: () => new RingAttemptLog(env.budget),
    report: (code, text, detail) => env.reporter.report(code, text, detail),
    warn: env.warn,
    refused: (message, header, reason) => env.queueTelemetry(message).reportProblem(header, reason),
    publish: (call) => calls().publish(call),
    capture: (message) => calls().capture(message),
    process: (delivery, handler) => calls().process(delivery, handler),
    open: (delivery) => calls().open(delivery),
    receive: (call) => calls().receive(call),
    openReceive: (question) => calls().openReceive(question),
    remember: (messages, outcomeOf) => calls().remember(messages, outcomeOf),
    settle: (call) => calls().settle(call),
    command: (call) => calls().command(call),
    flush: (timeout) => calls().flush(timeout),
  };
}
