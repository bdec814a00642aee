import { context } from '@opentelemetry/api';
import { commonValue } from '../common-value.ts';
import type { Environment } from '../environment.ts';
import type { Delivery } from '../messages/delivery.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { OpenDelivery } from '../port.ts';
import { rememberReceived } from '../received-messages.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { countConsumed } from './accounting.ts';
import { beginBatch } from './batch-processing.ts';
import { errorType, failSpan } from './fail-span.ts';
import { beginMessage } from './message-processing.ts';
import { metricAttributes } from './metric-attributes.ts';
import { observe } from './observe.ts';
import { type Processing, untraced } from './processing.ts';
import { safely } from './report.ts';
import { endSpan } from './start-span.ts';

/** Runs a handler in the context of what it handles, in a span that ends when the handler settles. */
export function process<R>(env: Environment, delivery: Delivery, handler: () => R): R {
  const { processing, end } = start(env, delivery);
  return context.with(processing.context, () =>
    observe(
      () => handle(env, delivery, processing, handler),
      (ending) => end('error' in ending ? ending : undefined),
    ),
  );
}

/** Remembers messages, so that the application can have each processed later by what its client gave it. */
export function rememberMessages(env: Environment, messages: readonly IncomingMessage[]): void {
  for (const message of messages) {
    rememberReceived(message, (handler) => process(env, { messages: [message], batch: false }, handler));
  }
}

/** Begins a delivery whose end its adapter reports. */
export function open(env: Environment, delivery: Delivery): OpenDelivery {
  const { processing, end } = start(env, delivery);
  return {
    context: processing.context,
    run: (handler) => context.with(processing.context, () => handle(env, delivery, processing, handler)),
    end,
  };
}

function start(
  env: Environment,
  delivery: Delivery,
): { readonly processing: Processing; readonly end: OpenDelivery['end'] } {
  const began = performance.now();
  const processing = safely('Tracing a delivery', () => begin(env, delivery)) ?? untraced(context.active());
  let ended = false;
  return {
    processing,
    end(failure) {
      if (ended) return;
      ended = true;
      safely('Ending a delivery', () =>
        finish(env, delivery, processing, performance.now() - began, failure),
      );
    },
  };
}

/** Runs the consume middleware and the handler. */
function handle<R>(
  { middleware, profile }: Environment,
  delivery: Delivery,
  { span }: Processing,
  handler: () => R,
): R {
  return middleware.consume(profile.system, delivery, handler, (name) => {
    if (span.isRecording()) span.setAttribute(attribute.skippedBy, name);
  });
}

function begin(env: Environment, delivery: Delivery): Processing {
  countConsumed(env, delivery.messages, env.profile.operations.process);
  const [message] = delivery.messages;
  if (!delivery.batch && message !== undefined) return beginMessage(env, message, context.active());
  rememberMessages(env, delivery.messages);
  return beginBatch(env, delivery, context.active());
}

function finish(
  env: Environment,
  { messages }: Delivery,
  processing: Processing,
  elapsed: number,
  failure: { readonly error: unknown } | undefined,
): void {
  processing.release();
  if (failure !== undefined) failSpan(processing.span, failure.error);
  if (!processing.borrowed) endSpan(processing);
  const subject = commonValue(messages, (message) => message.subject);
  const error = failure === undefined ? undefined : errorType(failure.error);
  env
    .instruments()
    .processDuration.record(
      elapsed / 1_000,
      metricAttributes(env, env.profile.operations.process, subject, error),
    );
}
