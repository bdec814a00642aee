import { SpanKind } from '@opentelemetry/api';
import { safely } from '../diag.ts';
import { activeContext, runIn } from '../ground/run-in.ts';
import { onSettled } from '../ground/settled.ts';
import { metricAttributes } from '../metrics/queue-metrics.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { QueueTelemetry } from '../queue-telemetry.ts';
import type { CommandCall } from '../seam/calls.ts';
import { hasEnded, spanTemplate } from '../spans/start-span.ts';
import type { Environment } from './environment.ts';
import { Operation } from './operation.ts';

/** Makes a call without messages in a span, which is a child of the ambient span. */
export function command<R>(env: Environment, call: CommandCall<R>): R {
  const { operation: name } = call;
  const operation = new Operation(env, 'operationDuration', 'end');
  const { queue: named } = call;
  const queue = named && safely('Tracing a command', () => env.queues.of(named));
  const context = safely('Tracing a command', () => startCommand(env, operation, name, queue));
  if (context === undefined) return call.invoke();
  const end = (failure?: { readonly error: unknown }): void => {
    safely('Ending a command', () => {
      if (failure !== undefined) operation.fail(failure.error);
      operation.finish(
        (type) =>
          queue?.metrics.attributes(name, type) ?? metricAttributes(env.adapter, name, undefined, type),
      );
    });
  };
  return runIn(context, () =>
    onSettled(() => call.invoke(), { succeeded: () => end(), failed: (error) => end({ error }) }),
  );
}

/** Starts the span of a call, unless its queue has none, and gives the context of the call. */
function startCommand(
  env: Environment,
  operation: Operation,
  name: string,
  queue: QueueTelemetry | undefined,
): MessageContext {
  const around = MessageContext.of(activeContext());
  // A loop that was started in a span would otherwise continue its trace forever after the span has ended.
  const parent = around.span !== undefined && hasEnded(around.span) ? around.outsideOfSpans() : around;
  if (queue?.makesSpan(parent.span) === false) return parent;
  const template = queue?.template(name, undefined) ?? spanTemplate(env.adapter, name, undefined, undefined);
  // Semantic conventions 1.45, messaging spans, span kind: CLIENT for calls that wait for the broker's answer.
  const { attributes } = template;
  const { span } = operation.startSpan(template, { kind: SpanKind.CLIENT, attributes }, parent);
  return parent.withSpan(span);
}
