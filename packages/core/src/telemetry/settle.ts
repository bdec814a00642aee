import { type Attributes, context, SpanKind, trace } from '@opentelemetry/api';
import type { Environment } from '../environment.ts';
import type { SettleCall } from '../messages/settle-call.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { errorType, failSpan } from './fail-span.ts';
import { distinctLinks, linkTo } from './links.ts';
import { metricAttributes } from './metric-attributes.ts';
import { type Ending, observe } from './observe.ts';
import { safely } from './report.ts';
import { isSame } from './rival.ts';
import { endSpan, type Started, startSpan } from './start-span.ts';

/**
 * Settles messages in a span: a child of the ambient span, or, where there is none, of the span that handled the message.
 */
export function settle<R>(env: Environment, call: SettleCall<R>): R {
  if (call.receipts.length === 0) return call.invoke();
  const began = performance.now();
  const started = safely('Tracing a settlement', () => startSettling(env, call));
  if (started === undefined) return call.invoke();
  return context.with(started.context, () =>
    observe(
      () => call.invoke(),
      (ending) =>
        safely('Ending a settlement', () => finish(env, call, started, performance.now() - began, ending)),
    ),
  );
}

function startSettling<R>(env: Environment, call: SettleCall<R>): Started {
  const active = context.active();
  const handled = call.receipts.flatMap((receipt) => env.handled.get(receipt) ?? []);
  const [only] = handled;
  const orphan = trace.getSpan(active) === undefined && call.receipts.length === 1;
  const parent = orphan && only !== undefined ? trace.setSpanContext(active, only.span) : active;
  const ambient = trace.getSpanContext(parent);
  const others = handled.filter(({ span }) => ambient === undefined || !isSame(span, ambient));
  const attributes: Attributes = {};
  if (call.batch) attributes[attribute.batchMessageCount] = call.receipts.length;
  call.describe?.(attributes);
  return startSpan(
    env,
    {
      operation: call.operation,
      type: 'settle',
      destination: call.destination,
      journeyId: orphan ? only?.journeyId : undefined,
    },
    {
      kind: SpanKind.CLIENT,
      links: distinctLinks(others.map(({ span }) => linkTo('processing', span))),
      attributes,
    },
    parent,
  );
}

function finish<R>(
  env: Environment,
  call: SettleCall<R>,
  started: Started,
  elapsed: number,
  ending: Ending<R>,
): void {
  const failures = 'error' in ending ? [ending.error] : failuresIn(call, ending.value);
  for (const failure of failures) failSpan(started.span, failure);
  endSpan(started);
  const [first] = failures;
  const failure = failures.length === 0 ? undefined : errorType(first);
  env
    .instruments()
    .operationDuration.record(elapsed / 1_000, metricAttributes(env, call.operation, call.subject, failure));
}

/** An answer that an adapter cannot read must not keep the span from ending. */
function failuresIn<R>(call: SettleCall<R>, answer: Awaited<R>): readonly unknown[] {
  return safely('Reading the outcome of a settlement', () => call.failures?.(answer)) ?? [];
}
