import type { Span } from '@opentelemetry/api';
import type { Failure } from '../ground/settled.ts';

/** What was noted, by the span of the message. All copies of this module in a process (ESM beside CommonJS) share it. */
const noted: WeakMap<object, Failure> = sharedFailures();

/**
 * Notes that the handler of a message failed, where a framework catches its error: what the client then sees has succeeded. The message's
 * span, its duration and its outcome tell of the failure when they end. The first error that is noted counts; it goes before what the
 * client sees, which may be made from it.
 *
 * @param span the span of the message, as it was active when the handler was called.
 *
 * @example
 * const span = trace.getActiveSpan();
 * framework.onError((error) => span && noteFailure(span, error));
 */
export function noteFailure(span: Span, error: unknown): void {
  if (!noted.has(span)) noted.set(span, { error });
}

/** What was noted for a span; `undefined` if nothing was. */
export function notedFailure(span: Span): Failure | undefined {
  return noted.get(span);
}

function sharedFailures(): WeakMap<object, Failure> {
  const key = Symbol.for('waybill.noted-failures');
  const holder = globalThis as { [key]?: WeakMap<object, Failure> };
  holder[key] ??= new WeakMap();
  return holder[key];
}
