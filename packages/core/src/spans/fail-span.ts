import { type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';
import { safely } from '../diag.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { errorText } from './error-text.ts';
import { isRecording } from './start-span.ts';

/** The type of a thrown value without a name. */
const other = '_OTHER';

/** Marks a span as failed, as the conventions for recording errors have it: status, `error.type` and the exception. */
export function failSpan(span: Span, error: unknown): void {
  if (isRecording(span)) safely('Recording an error', () => recordError(span, error));
}

function recordError(span: Span, error: unknown): void {
  const type = errorType(error);
  const message = errorText(error);
  span.setAttribute(attribute.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  const exception = safely(
    'Reading an error',
    () => exceptionOf(error, type, message),
    () => message,
  );
  span.recordException(exception);
}

/** What is recorded of a thrown value. Errors are passed whole, because SDKs read more than name and message. */
function exceptionOf(error: unknown, name: string, message: string): Exception {
  if (typeof error !== 'object' || error === null) return message;
  const { stack } = error as { readonly stack?: unknown };
  if (error instanceof Error && error.message === message) return error;
  return { ...(name !== other && { name }), message, ...(typeof stack === 'string' && { stack }) };
}

/** The value of `error.type` for messages that a handler rejected without failing. */
export const rejected = 'rejected';

/** Marks a span whose message was rejected by a handler that did not fail. */
export function rejectSpan(span: Span): void {
  if (!isRecording(span)) return;
  safely('Recording a rejection', () => {
    span.setAttribute(attribute.errorType, rejected);
    span.setStatus({ code: SpanStatusCode.ERROR, message: rejected });
  });
}

/** The form of class names, including those of services, such as `AWS.SimpleQueueService.NonExistentQueue`. */
const className = /^[\p{L}_$][\p{L}\p{N}_$.]{0,127}$/u;

/**
 * The class of an error, of low cardinality: its name, or `_OTHER` if it has none or one that is not a class name, such as an id.
 */
export function errorType(error: unknown): string {
  const name = safely('Reading the name of an error', () => Object(error).name as unknown);
  return typeof name === 'string' && className.test(name) ? name : other;
}
