import { RingAttemptLog } from '../history/attempt-log.ts';
import type { Environment } from '../operations/environment.ts';
import { process, rememberMessages, startProcess } from '../operations/process/process.ts';
import { isRemembered } from '../operations/process/received-messages.ts';
import { capture } from '../operations/publish/capture.ts';
import { publish } from '../operations/publish/publish.ts';
import { openReceive, receive } from '../operations/receive.ts';
import { settle } from '../operations/settle.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';

/** Creates the instrumenter of one adapter. */
export function createInstrumenter(env: Environment): Instrumenter {
  return {
    headerNames: [...env.codec.headerNames, 'waybill'],
    get isIdle() {
      return env.isIdle();
    },
    boundCallbacks: env.misuse,
    attemptLog: () => new RingAttemptLog(env.budget),
    publish: (call) => publish(env, call),
    report: (text, detail) => env.reporter.report('adapter', text, detail),
    refused: (message, header, reason) => env.queueTelemetry(message).reportProblem(header, reason),
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
    flush: (timeout) => env.flush(timeout),
  };
}
