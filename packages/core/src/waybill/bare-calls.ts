import { safely } from '../diag.ts';
import { activeContext } from '../ground/run-in.ts';
import { onSettled } from '../ground/settled.ts';
import { messageName, rememberReceived } from '../operations/process/received-messages.ts';
import type { ReceiveQuestion } from '../seam/calls.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';

/** What an adapter calls, and what does something while Waybill is on. */
type Calls = Pick<
  Instrumenter,
  | 'publish'
  | 'capture'
  | 'process'
  | 'open'
  | 'receive'
  | 'openReceive'
  | 'remember'
  | 'settle'
  | 'command'
  | 'flush'
>;

/**
 * These calls while Waybill is switched off: each is the client's own, and each handler runs as it would. Of received messages they remember
 * which have to keep their order.
 */
export const bareCalls: Calls = {
  publish: (call) => call.invoke(ignore, ignore),
  capture: ignore,
  process: (_delivery, handler) => handler(),
  open: () => ({
    context: activeContext(),
    isObserved: false,
    run: (handler) => handler(),
    tell: ignore,
    mayComeAgain: ignore,
    remember: ignore,
    end: ignore,
  }),
  receive: (call) =>
    onSettled(() => call.invoke(), { succeeded: (answer) => rememberOrder(call, answer), failed: ignore }),
  openReceive: (question) => ({ succeeded: (answer) => rememberOrder(question, answer), failed: ignore }),
  remember: () => ({ unprocessed: () => [], forget: ignore }),
  settle: (call) => call.invoke(),
  command: (call) => call.invoke(),
  flush: async () => undefined,
};

function rememberOrder<R>(question: ReceiveQuestion<R>, answer: R): void {
  safely('Reading an answer', () => {
    for (const message of question.messages(answer)) rememberBare(message);
  });
}

function rememberBare(message: IncomingMessage): void {
  rememberReceived(message.native, {
    orderingKey: message.orderingKey,
    name: messageName(message),
    process: (handler) => handler(),
  });
}

function ignore(): void {}
