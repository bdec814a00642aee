import { type Attributes, SpanKind, trace } from '@opentelemetry/api';
import { safely } from '../diag.ts';
import { activeContext, runIn } from '../ground/run-in.ts';
import { onSettled } from '../ground/settled.ts';
import { metricAttributes } from '../metrics/metric-attributes.ts';
import { isSameSpan } from '../propagation/is-same-span.ts';
import { MessageContext } from '../propagation/message-context.ts';
import type { SettleCall } from '../seam/settle-call.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { planSpan } from '../span-plan.ts';
import { errorType, failSpan } from '../spans/fail-span.ts';
import { distinctLinks, linkTo } from '../spans/links.ts';
import { endSpan, hasEnded, type Started, startSpan } from '../spans/start-span.ts';
import type { Environment } from './environment.ts';

/**
 * Settles messages in a span: a child of the ambient span, or, where there is none, of the span that handled the message.
 */
export function settle<R>(env: Environment, call: SettleCall<R>): R {
  if (call.receipts.length === 0) return call.invoke();
  const began = performance.now();
  const started = safely('Tracing a settlement', () => startSettling(env, call));
  if (started === undefined) return call.invoke();
  const end = (failures: () => readonly unknown[]): void => {
    const elapsed = performance.now() - began;
    safely('Ending a settlement', () => finish(env, call, started, elapsed, failures()));
  };
  return runIn(started.context, () =>
    onSettled(() => call.invoke(), {
      succeeded: (value) => end(() => failuresIn(call, value)),
      failed: (error) => end(() => [error]),
    }),
  );
}

function startSettling<R>(env: Environment, call: SettleCall<R>): Started {
  const around = MessageContext.of(activeContext());
  // A loop that was started in a span, which has ended since, would go on in its trace without end.
  const active = around.span !== undefined && hasEnded(around.span) ? around.withSpan(undefined) : around;
  const handled = call.receipts.flatMap((receipt) => env.handled.get(receipt) ?? []);
  const [only] = handled;
  const orphan = active.span === undefined && call.receipts.length === 1;
  const parent = orphan && only !== undefined ? active.withSpan(trace.wrapSpanContext(only.span)) : active;
  const ambient = parent.span?.spanContext();
  const others = handled.filter(({ span }) => ambient === undefined || !isSameSpan(span, ambient));
  const plan = planSpan(env.profile, call.operation, 'settle', call.destination);
  const attributes: Attributes = { ...plan.attributes };
  if (call.batch) attributes[attribute.batchMessageCount] = call.receipts.length;
  call.describe?.(attributes);
  const links = distinctLinks(others.map(({ span }) => linkTo('processing', span)));
  const journeyId = orphan ? only?.journeyId : undefined;
  return startSpan(env, plan, { kind: SpanKind.CLIENT, links, attributes }, parent, journeyId);
}

function finish<R>(
  env: Environment,
  call: SettleCall<R>,
  started: Started,
  elapsed: number,
  failures: readonly unknown[],
): void {
  for (const failure of failures) failSpan(started.span, failure);
  endSpan(started);
  const [first] = failures;
  const failure = failures.length === 0 ? undefined : errorType(first);
  const attributes = metricAttributes(env.profile, call.operation, call.subject, failure);
  env.instruments()?.operationDuration.record(elapsed / 1_000, attributes);
}

/** An answer that an adapter cannot read must not keep the span from ending. */
function failuresIn<R>(call: SettleCall<R>, answer: Awaited<R>): readonly unknown[] {
  return safely('Reading the outcome of a settlement', () => call.failures?.(answer)) ?? [];
}
