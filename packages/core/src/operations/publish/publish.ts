import { reportFailure, safely } from '../../diag.ts';
import { activeContext, runIn } from '../../ground/run-in.ts';
import { type Failure, onSettled, type SettledObserver } from '../../ground/settled.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { PublishCall } from '../../seam/publish-call.ts';
import type { Environment } from '../environment.ts';
import type { PublishOperation } from './publish-operation.ts';
import { startPublish } from './start-publish.ts';

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
  return operation.hasSpan ? runIn(operation.context, run) : run();
}

function start<R>(env: Environment, call: PublishCall<R>): PublishOperation | undefined {
  try {
    return startPublish(env, call.messages, call.batch, MessageContext.of(activeContext()));
  } catch (error) {
    reportFailure('Tracing a send', error);
    return undefined;
  }
}

function untilCallback<R>(call: PublishCall<R>, operation: PublishOperation): R {
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
  readonly #operation: PublishOperation;

  constructor(call: PublishCall<R>, operation: PublishOperation) {
    this.#call = call;
    this.#operation = operation;
  }

  succeeded(value: Awaited<R>): void {
    const { outcome } = this.#call;
    if (outcome !== undefined) {
      safely('Reading the outcome of a send', () =>
        this.#call.outcome?.(value, (...became) => this.#operation.outcome(...became)),
      );
    }
    safely('Ending a send', () => this.#operation.end(undefined));
  }

  failed(error: unknown): void {
    safely('Ending a send', () => this.#operation.end({ error }));
  }
}

function ignore(): void {}
