import { type Context, context, type Span, SpanStatusCode } from '@opentelemetry/api';

/** Runs what a span is for, and ends the span with what becomes of it, as code written by hand does. */
export async function inSpan<Result>(
  span: Span,
  active: Context,
  run: () => Promise<Result>,
  onResult?: (result: Result) => void,
): Promise<Result> {
  try {
    const result = await context.with(active, run);
    onResult?.(result);
    return result;
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** The same for what is done when it returns. */
export function inSpanSync<Result>(span: Span, active: Context, run: () => Result): Result {
  try {
    return context.with(active, run);
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
  span.setStatus({ code: SpanStatusCode.ERROR });
}
