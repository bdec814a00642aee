import { context } from '@opentelemetry/api';
import type { Environment } from '../environment.ts';
import type { PublishCall } from '../messages/publish-call.ts';
import { type Ending, observe } from './observe.ts';
import { safely } from './report.ts';
import { type Sending, startSending } from './sending.ts';

/** Publishes: middleware, spans, injection, then the client's own call inside the context of its span. */
export function publish<R>(env: Environment, call: PublishCall<R>): R {
  if (call.messages.length === 0) return call.invoke(() => undefined);
  let clientThrew = false;
  try {
    return env.middleware.publish(env.profile.system, call, () => {
      try {
        return send(env, call);
      } catch (error) {
        clientThrew = true;
        throw error;
      }
    });
  } catch (error) {
    if (call.completes !== 'promise' || clientThrew) throw error;
    // What middleware throws is thrown in the way of the client: by the promise that the caller expects.
    return Promise.reject(error) as R;
  }
}

function send<R>(env: Environment, call: PublishCall<R>): R {
  const active = context.active();
  const sending = safely('Tracing a send', () => startSending(env, call.messages, call.batch, active));
  if (sending === undefined) return call.invoke(() => undefined);
  return call.completes === 'callback' ? untilCallback(call, sending) : untilSettled(call, sending);
}

function untilSettled<R>(call: PublishCall<R>, sending: Sending): R {
  return context.with(sending.context, () =>
    observe(
      () => call.invoke(() => undefined),
      (ending) => finish(call, sending, ending),
    ),
  );
}

function untilCallback<R>(call: PublishCall<R>, sending: Sending): R {
  let finished = false;
  const done = (...failure: [] | [error: unknown]): void => {
    if (finished) return;
    finished = true;
    safely('Ending a send', () => sending.end(...failure));
  };
  try {
    return context.with(sending.context, () =>
      call.invoke((error) => (error === undefined || error === null ? done() : done(error))),
    );
  } catch (error) {
    done(error);
    throw error;
  }
}

function finish<R>(call: PublishCall<R>, sending: Sending, ending: Ending<R>): void {
  if ('error' in ending) {
    safely('Ending a send', () => sending.end(ending.error));
    return;
  }
  safely('Reading the outcome of a send', () => call.outcome?.(ending.value, sending.outcome));
  safely('Ending a send', () => sending.end());
}
