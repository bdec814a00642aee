import { reportFailure, safely } from '../../diag.ts';
import { activeContext, runIn } from '../../ground/run-in.ts';
import { type Failure, onSettled, type SettledObserver } from '../../ground/settled.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { PublishCall } from '../../seam/calls.ts';
import type { Environment } from '../environment.ts';
import { PublishBatch } from './publish-batch.ts';
import { PublishMessage } from './publish-message.ts';

/** Publishes: middleware, spans, injection, then the client's own call inside the context of its span. */
export function publish<R>(env: Environment, call: PublishCall<R>): R {
  if (call.messages.length === 0) return call.invoke(ignore, ignore);
  if (!env.middleware.publishes) return send(env, call);
  let clientThrew = false;
  try {
    return env.middleware.publish(env.adapter.system, call, () => {
      try {
        return send(env, call);
      } catch (error) {
        clientThrew = true;
        throw error;
      }
    });
  } catch (error) {
    if (call.completes !== 'promise' || clientThrew) throw error;
    // An error of middleware reaches the caller like one of the client: as a rejection if the client returns a promise.
    return Promise.reject(error) as R;
  }
}

function send<R>(env: Environment, call: PublishCall<R>): R {
  const operation = start(env, call);
  if (operation === undefined) return call.invoke(ignore, ignore);
  if (call.completes === 'callback') return untilCallback(call, operation);
  const run = (): R =>
    operation.isObserved
      ? onSettled(() => call.invoke(ignore, ignore), new PublishObserver(call, operation))
      : call.invoke(ignore, ignore);
  // Without a span of its own, its context is the one that is active anyway.
  return operation.span === undefined ? run() : runIn(operation.context, run);
}

/** Starts the spans of a call and writes their contexts into its messages. One message has a way of its own, without lists. */
function start<R>(env: Environment, call: PublishCall<R>): PublishMessage | PublishBatch | undefined {
  try {
    const active = MessageContext.of(activeContext());
    env.misuse?.used(active.span);
    const [message] = call.messages;
    return call.batch || message === undefined
      ? new PublishBatch(env, call.messages, active)
      : new PublishMessage(env, message, active);
  } catch (error) {
    reportFailure('Tracing a send', error);
    return undefined;
  }
}

function untilCallback<R>(call: PublishCall<R>, operation: PublishMessage | PublishBatch): R {
  let finished = false;
  const done = (failure?: Failure): void => {
    if (finished) return;
    finished = true;
    safely('Ending a send', () => operation.end(failure));
  };
  try {
    return runIn(operation.context, () =>
      call.invoke(
        (error) => done(error === undefined || error === null ? undefined : { error }),
        (...happened) => {
          safely('Noting what happened to a message', () => operation.note(...happened));
        },
      ),
    );
  } catch (error) {
    done({ error });
    throw error;
  }
}

class PublishObserver<R> implements SettledObserver<R> {
  readonly #call: PublishCall<R>;
  readonly #operation: PublishMessage | PublishBatch;

  constructor(call: PublishCall<R>, operation: PublishMessage | PublishBatch) {
    this.#call = call;
    this.#operation = operation;
  }

  succeeded(value: Awaited<R>): void {
    if (this.#call.outcome !== undefined) {
      safely('Reading the outcome of a send', () =>
        this.#call.outcome?.(value, (...became) => this.#operation.outcome(...became)),
      );
    }
    this.#end(undefined);
  }

  failed(error: unknown): void {
    this.#end({ error });
  }

  #end(failure: Failure | undefined): void {
    try {
      this.#operation.end(failure);
    } catch (error) {
      reportFailure('Ending a send', error);
    }
  }
}

function ignore(): void {}
