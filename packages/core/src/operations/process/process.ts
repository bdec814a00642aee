import type { Delivery } from '../../seam/delivery.ts';
import type { Environment } from '../environment.ts';
import { ProcessOperation } from './process-operation.ts';
import { rememberMessages } from './remember-messages.ts';
import { startBatch } from './start-batch.ts';
import { startMessage } from './start-message.ts';

/** Runs a handler in the context of its messages, in a span that ends when the handler settles. */
export function process<R>(env: Environment, delivery: Delivery, handler: () => R): R {
  // Messages of a batch may be processed later, when there is something to do.
  if (delivery.batch && env.isIdle()) {
    rememberMessages(env, delivery.messages, 'none');
    return handler();
  }
  return startProcess(env, delivery).process(handler);
}

/** Starts the processing of a delivery. */
export function startProcess(env: Environment, delivery: Delivery): ProcessOperation {
  const start = delivery.batch || delivery.messages.length === 0 ? startBatch : startMessage;
  return new ProcessOperation(env, delivery, start, 'none');
}
