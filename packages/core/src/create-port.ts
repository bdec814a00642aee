import type { Environment } from './environment.ts';
import type { Port } from './port.ts';
import { AttemptLog } from './telemetry/attempt-log.ts';
import { capture } from './telemetry/capture.ts';
import { open, process } from './telemetry/process.ts';
import { publish } from './telemetry/publish.ts';
import { openReceive, receive } from './telemetry/receive.ts';
import { settle } from './telemetry/settle.ts';

/** The door between an adapter and the life of its messages. */
export function createPort(env: Environment): Port {
  return {
    headerNames: [...env.codec.headerNames, 'waybill'],
    get isIdle() {
      return env.isIdle();
    },
    ledger: env.ledger,
    attemptLog: () => new AttemptLog(env.budget),
    publish: (call) => publish(env, call),
    report: (text, detail) => env.reporter.report('adapter', text, detail),
    refused: (message, header, reason) => env.planFor(message).reject(header, reason),
    capture: (message) => capture(env, message),
    process: (delivery, handler) => process(env, delivery, handler),
    open: (delivery) => open(env, delivery),
    receive: (call) => receive(env, call),
    openReceive: (question) => openReceive(env, question),
    settle: (call) => settle(env, call),
  };
}
