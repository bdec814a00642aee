import { RingAttemptLog } from '../history/attempt-log.ts';
import { command } from '../operations/command.ts';
import type { Environment } from '../operations/environment.ts';
import { ProcessOperation } from '../operations/process/process-operation.ts';
import { isRemembered } from '../operations/process/received-messages.ts';
import { rememberMessages } from '../operations/process/remember-messages.ts';
import { startBatch } from '../operations/process/start-batch.ts';
import { startMessage } from '../operations/process/start-message.ts';
import { capture } from '../operations/publish/capture.ts';
import { publish } from '../operations/publish/publish.ts';
import { openReceive, receive } from '../operations/receive.ts';
import { settle } from '../operations/settle.ts';
import type { Delivery } from '../seam/delivery.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { bareCalls } from './bare-calls.ts';

/**
 * The door between an adapter and the life of its messages. Each call is an operation, or, while Waybill is switched off, the client's own.
 *
 * @param isDisabled whether Waybill is switched off for as long as the process runs.
 */
export function createInstrumenter(env: Environment, isDisabled: boolean): Instrumenter {
  // Another policy may switch it off and on again.
  const isOn = (): boolean => env.policy.current.enabled;
  const startProcess = (delivery: Delivery): ProcessOperation => {
    const start = delivery.batch || delivery.messages.length === 0 ? startBatch : startMessage;
    return new ProcessOperation(env, delivery, start, 'none');
  };
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
    refused: (message, header, reason) => env.queues.of(message).reportProblem(header, reason),
    publish: (call) => (isOn() ? publish(env, call) : bareCalls.publish(call)),
    capture: (message) => (isOn() ? capture(env, message) : bareCalls.capture(message)),
    process(delivery, handler) {
      if (!isOn()) return bareCalls.process(delivery, handler);
      // Messages of a batch may be processed later, when there is something to do.
      if (delivery.batch && env.isIdle()) {
        rememberMessages(env, delivery.messages, 'none');
        return handler();
      }
      return startProcess(delivery).runToEnd(handler);
    },
    open: (delivery) => (isOn() ? startProcess(delivery) : bareCalls.open(delivery)),
    receive: (call) => (isOn() ? receive(env, call) : bareCalls.receive(call)),
    openReceive: (question) => (isOn() ? openReceive(env, question) : bareCalls.openReceive(question)),
    remember(messages, outcomeOf) {
      if (!isOn()) return bareCalls.remember(messages, outcomeOf);
      const unknown = messages.filter(({ native }) => !isRemembered(native));
      return rememberMessages(env, unknown, 'none', undefined, outcomeOf);
    },
    settle: (call) => (isOn() ? settle(env, call) : bareCalls.settle(call)),
    command: (call) => (isOn() ? command(env, call) : bareCalls.command(call)),
    flush: (timeout) => (isOn() ? env.flush(timeout) : bareCalls.flush(timeout)),
  };
}
