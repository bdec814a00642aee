import { SpanKind, trace } from '@opentelemetry/api';
import { safely } from '../diag.ts';
import { activeContext, runIn } from '../ground/run-in.ts';
import { onSettled } from '../ground/settled.ts';
import { isSameSpan } from '../ground/span-ids.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { QueueTelemetry } from '../queue-telemetry.ts';
import type { SettleCall } from '../seam/calls.ts';
import { distinctLinks, linkTo } from '../spans/links.ts';
import { hasEnded } from '../spans/start-span.ts';
import type { Environment } from './environment.ts';
import { Operation } from './operation.ts';
import { callAttributes } from './span-attributes.ts';

/**
 * Settles messages in a span: a child of the ambient span or, without one, of the span that handled the message.
 */
export function settle<R>(env: Environment, call: SettleCall<R>): R {
  if (call.receipts.length === 0) return call.invoke();
  const operation = new Operation(env, 'operationDuration', 'end');
  const queue = safely('Tracing a settlement', () => env.queues.of(call));
  const context = queue && safely('Tracing a settlement', () => startSettlement(env, operation, call, queue));
  if (queue === undefined || context === undefined) return call.invoke();
  const end = (failures: readonly unknown[]): void => {
    safely('Ending a settlement', () => {
      for (const failure of failures) operation.fail(failure);
      operation.finish((errorType) => queue.metrics.attributes(call.operation, errorType));
    });
  };
  return runIn(context, () =>
    onSettled(() => call.invoke(), {
      succeeded(value) {
        operation.stop();
        end(failuresIn(call, value));
      },
      failed(error) {
        operation.stop();
        end([error]);
      },
    }),
  );
}

/** Starts the span of a settlement, if there is to be one, and gives the context that the client's own call runs in. */
function startSettlement<R>(
  env: Environment,
  operation: Operation,
  call: SettleCall<R>,
  queue: QueueTelemetry,
): MessageContext {
  const around = MessageContext.of(activeContext());
  // A loop that was started in a span would otherwise continue its trace forever after the span has ended.
  const active = around.span !== undefined && hasEnded(around.span) ? around.outsideOfSpans() : around;
  const handled = call.receipts.flatMap((receipt) => env.handled.get(receipt) ?? []);
  const [only] = handled;
  const orphan = active.span === undefined && call.receipts.length === 1;
  const parent = orphan && only !== undefined ? active.withSpan(trace.wrapSpanContext(only.span)) : active;
  if (!queue.makesSpan(parent.span)) return active;
  const ambient = parent.span?.spanContext();
  const others = handled.filter(({ span }) => ambient === undefined || !isSameSpan(span, ambient));
  const template = queue.template(call.operation, 'settle');
  const attributes = callAttributes(template, call.batch ? call.receipts.length : undefined, call);
  const links = distinctLinks(others.map(({ span }) => linkTo('processing', span)));
  const journeyId = orphan ? only?.journeyId : undefined;
  const { span } = operation.startSpan(
    template,
    { kind: SpanKind.CLIENT, links, attributes },
    parent,
    journeyId,
  );
  return parent.withSpan(span);
}

/** An answer that an adapter cannot read must not keep the span from ending. */
function failuresIn<R>(call: SettleCall<R>, answer: Awaited<R>): readonly unknown[] {
  return safely('Reading the outcome of a settlement', () => call.failures?.(answer)) ?? [];
}
