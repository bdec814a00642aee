import { type Context, INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** A delivery being handled: its span, and the context of its handler. */
export interface Processing {
  readonly span: Span;
  readonly context: Context;

  /** Whether the span is another instrumentation's, which ends it. */
  readonly borrowed: boolean;

  /** Lets go of the messages of a batch, which a timer that the handler started may otherwise keep alive. */
  readonly release?: () => void;
}

/** What stands in when a delivery could not be traced: the handler runs as it would without us. */
export function untraced(active: Context): Processing {
  return { span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT), context: active, borrowed: true };
}
