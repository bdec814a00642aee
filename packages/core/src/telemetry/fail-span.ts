import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { safely } from './report.ts';
import { isRecording } from './start-span.ts';

/** Marks a span as failed, as the conventions for recording errors have it: status, `error.type` and the exception. */
export function failSpan(span: Span, error: unknown): void {
  if (!isRecording(span)) return;
  span.setAttribute(attribute.errorType, errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
  // Anything may be thrown, also what throws when it is read.
  safely('Recording an error', () => {
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: error instanceof Error ? error.message : String(error),
    });
    span.recordException(error instanceof Error ? error : String(error));
  });
}

/** Marks a span whose message was rejected by a handler that did not fail. */
export function rejectSpan(span: Span): void {
  if (!isRecording(span)) return;
  span.setAttribute(attribute.errorType, 'rejected');
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'rejected' });
}

/** The class of an error, of low cardinality: its name, or `_OTHER` for what is thrown without one. */
export function errorType(error: unknown): string {
  const name = safely('Reading the name of an error', () => Object(error).name as unknown);
  return typeof name === 'string' && name !== '' ? name : '_OTHER';
}
